#pragma once

namespace spillway {

class Context;
struct Message;

/// Lets a request draw other numbers from now on. Whoever asks after it as a job still finds it.
void draw_anew(Message& request, Context& context);

}  // namespace spillway

#pragma once

#include "sim/flow/attributes.h"
#include "sim/flow/context.h"
#include "sim/flow/self.h"

namespace spillway {

/// The key that is looked for.
inline std::uint32_t key_of(const LookAside& aside, const Message& message, Context& context) {
  return aside.fixed_key ? *aside.fixed_key : static_cast<std::uint32_t>(key_of(message, context));
}

/// The cache has answered: a hit goes on past what a miss does. Made by the compiler, of `read`.
struct Hit {
  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle, Context& context,
                                      const Self&) {
    const LookAside& aside = context.look_asides[step.argument];
    const std::uint32_t key = key_of(aside, message, context);
    if (context.caches[aside.cache].find(key, context.now(), message.segment)) {
      message.pc = aside.past;
    }
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

/// What a miss does has ended well: the cache has the key from now on. Made by the compiler.
struct Fill {
  [[gnu::noinline]] static Flow start(const Step& step, Message& message, Handle, Context& context,
                                      const Self&) {
    const LookAside& aside = context.look_asides[step.argument];
    const Time lives =
        aside.lives == LookAside::kForEver ? kNever : context.draw(aside.lives, message);
    const Time now = context.now();
    context.caches[aside.cache].put(key_of(aside, message, context), now,
                                    lives > kNever - 1 - now ? kNever : now + lives);
    return Flow::go_on;
  }
  static Flow resume(const Step&, Message&, Handle, Context&, const Self&) { return Flow::go_on; }
};

}  // namespace spillway

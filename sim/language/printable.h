#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spillway {

/// The text as it may be shown on a terminal: control characters, DEL, C1, invalid UTF-8 and marks
/// that reorder or hide text are written as `\x1b` or `\u202e`; a tab becomes a blank.
std::string printable(std::string_view text);

/// As printable(), cut to `most` characters with an ellipsis.
std::string shown(std::string_view text, std::size_t most = 60);

/// Whether the text is valid UTF-8 (no overlong forms, surrogates or code points beyond U+10FFFF).
///
/// Returns: the offset of the first wrong byte, or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// Bytes of the UTF-8 character at the text's front; 1 for what isn't one.
std::size_t character_size(std::string_view text);

/// Characters (code points) of the text.
std::size_t count_characters(std::string_view text);

/// Terminal columns that printable(character) takes: 2 for wide East Asian characters and emoji, 0
/// for combining marks.
std::size_t display_width(std::string_view character);

}  // namespace spillway

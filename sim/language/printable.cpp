#include "sim/language/printable.h"

#include <cstdint>

namespace spillway {
namespace {

/// The code point at the front of the text, and its bytes; 0 bytes where it is no valid UTF-8.
struct Decoded {
  char32_t code = 0;
  std::size_t bytes = 0;
};

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = bytes == 4 ? lead & 0x07U : bytes == 3 ? lead & 0x0FU : lead & 0x1FU;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, bytes};
}

/// Controls, and marks that change how the text around them is shown.
bool is_unprintable(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB);
}

std::string escaped(char32_t code) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = code < 0x100 ? "\\x" : "\\u";
  for (int shift = code < 0x100 ? 4 : 12; shift >= 0; shift -= 4) {
    out += digits[(code >> static_cast<unsigned>(shift)) & 0xFU];
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (next.bytes == 0) {
      out += escaped(static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (next.code == '\t') {
      out += ' ';
    } else if (is_unprintable(next.code)) {
      out += escaped(next.code);
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::string shown(std::string_view text, std::size_t most) {
  std::size_t bytes = 0;
  for (std::size_t n = 0; bytes < text.size() && n < most; ++n) {
    bytes += character_size(text.substr(bytes));
  }
  return printable(text.substr(0, bytes)) + (bytes < text.size() ? "…" : "");
}

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text.substr(at));
    if (next.bytes == 0) return at;
    at += next.bytes;
  }
  return std::string_view::npos;
}

std::size_t character_size(std::string_view text) {
  if (text.empty()) return 0;
  const Decoded next = decode(text);
  return next.bytes == 0 ? 1 : next.bytes;
}

std::size_t count_characters(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < text.size(); at += character_size(text.substr(at))) ++n;
  return n;
}

std::size_t display_width(std::string_view character) {
  const Decoded next = decode(character);
  const char32_t c = next.code;
  if (next.bytes == 0) return 4;
  if (c == '\t') return 1;
  if (is_unprintable(c)) return c < 0x100 ? 4 : 6;
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                    (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

}  // namespace spillway

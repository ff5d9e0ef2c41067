#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace spillway::report {

/// The SHA-256 digest of the bytes.
///
/// Source: NIST FIPS 180-4, Secure Hash Standard, August 2015, section 6.2.
std::array<std::uint8_t, 32> sha256(std::string_view bytes);

/// Bytes in base 64 with padding (RFC 4648, section 4).
std::string base64(const std::uint8_t* bytes, std::size_t size);

/// What a content security policy calls these bytes: `'sha256-…'` (W3C, Content Security Policy
/// Level 3, section 2.3.1).
std::string policy_hash(std::string_view bytes);

}  // namespace spillway::report

#include "analysis/report/sha256.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace spillway::report {
namespace {

std::string hex(const std::string& bytes) {
  std::string out;
  for (const std::uint8_t byte : sha256(bytes)) out += fmt::format("{:02x}", byte);
  return out;
}

// Source: NIST, Examples with Intermediate Values, SHA-256, and the test vectors of FIPS 180-2
// appendix B.
TEST(Sha256, GivesTheStandardsDigests) {
  EXPECT_EQ(hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PadsEveryLengthAroundABlock) {
  // Lengths from 55 to 65 decide whether the length fits into the last block.
  std::string previous;
  for (std::size_t size = 54; size <= 66; ++size) {
    const std::string digest = hex(std::string(size, 'x'));
    EXPECT_NE(digest, previous);
    previous = digest;
  }
  // Source: printf 'x%.0s' {1..64} | sha256sum.
  EXPECT_EQ(hex(std::string(64, 'x')),
            "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
}

// Source: RFC 4648 section 10.
TEST(Base64, GivesTheStandardsVectors) {
  const auto of = [](const std::string& text) {
    return base64(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg==");
  EXPECT_EQ(of("fo"), "Zm8=");
  EXPECT_EQ(of("foo"), "Zm9v");
  EXPECT_EQ(of("foob"), "Zm9vYg==");
  EXPECT_EQ(of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(of("foobar"), "Zm9vYmFy");
}

TEST(PolicyHash, IsWhatBrowsersExpect) {
  // Source: W3C, Content Security Policy Level 2, the example of hashes for script elements.
  EXPECT_EQ(policy_hash("alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
}

}  // namespace
}  // namespace spillway::report

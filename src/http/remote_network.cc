#include "http/remote_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace http {
namespace {

constexpr std::size_t kV6Bytes = 16;
constexpr std::size_t kNetworkBytes = 8;
constexpr std::array<unsigned char, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::string RemoteNetwork(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));  // without the name of a link
  std::array<unsigned char, kV6Bytes> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::string(address);
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin())) {
    inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), written.data(), written.size());
    return written.data();
  }
  std::fill(bytes.begin() + kNetworkBytes, bytes.end(), 0);
  inet_ntop(AF_INET6, bytes.data(), written.data(), written.size());
  return std::string(written.data()) + "/64";
}

}  // namespace http

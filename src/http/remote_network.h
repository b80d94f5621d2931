// The network from which a request comes, as limits count it. Stateless.
#pragma once

#include <string>
#include <string_view>

namespace http {

// An IPv4 address as it is; of an IPv6 address its /64, since a household or a server has that
// many addresses to itself. An IPv4 address within IPv6 (::ffff:192.0.2.1) is the IPv4 one. What is
// no address comes back unchanged.
std::string RemoteNetwork(std::string_view address);

}  // namespace http

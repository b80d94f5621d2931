#include "http/remote_network.h"

#include <doctest/doctest.h>

using http::RemoteNetwork;

TEST_CASE("an IPv4 address is its own network") {
  REQUIRE(RemoteNetwork("192.0.2.7") == "192.0.2.7");
  REQUIRE(RemoteNetwork("::ffff:192.0.2.7") == "192.0.2.7");
}

TEST_CASE("IPv6 addresses of one /64 are one network") {
  REQUIRE(RemoteNetwork("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  REQUIRE(RemoteNetwork("2001:db8:1:2::1") == RemoteNetwork("2001:db8:1:2:ffff::"));
  REQUIRE(RemoteNetwork("2001:db8:1:3::1") != RemoteNetwork("2001:db8:1:2::1"));
  REQUIRE(RemoteNetwork("fe80::1%eth0") == "fe80::/64");
  REQUIRE(RemoteNetwork("::1") == "::/64");
}

TEST_CASE("what is no address stays as it is") {
  REQUIRE(RemoteNetwork("") == "");
  REQUIRE(RemoteNetwork("somebody") == "somebody");
}

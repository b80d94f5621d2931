// The bodies of Asio's own functions, compiled once.
#include "http/internal/asio.h"

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>

namespace http {}  // namespace http

"""The calls that tools/tidy.py bans: each is found, and what replaces it passes."""
import pytest


def in_namespace(body, domain="ledger"):
    return f"namespace {domain} {{\n{body}\n}}\n"


def in_function(line):
    return in_namespace(f"void Run() {{\n  {line}\n}}")


BANNED = [
    ("throw", "throw Wrong();", "// we never throw\n  Catch();"),
    ("randomness", "int a = std::rand();", "int a = brand();"),
    ("randomness", "std::random_device device;", "world.randomness().Fill(bytes);"),
    ("clock", "auto now = std::chrono::system_clock::now();", "auto now = clock.Now();"),
    ("clock", "auto now = std::chrono::steady_clock::now();",
     "std::chrono::steady_clock::time_point end;"),
    ("clock", "clock_gettime(CLOCK_REALTIME, &now);", "runtime(a);"),
    ("clock", "auto now = ::time(nullptr);", "auto now = a.time();"),
    ("clock", "return time(nullptr);", "const Instant time(5);"),
    ("files", "int file = ::open(path, 0);", "auto file = files.Open(path);"),
    ("files", "std::ofstream file(path);", "std::ostringstream text;"),
    ("files", "std::filesystem::remove(path);", 'Log("std::filesystem is not used");'),
    ("files", "std::rename(a, b);", "files.rename(a, b);"),
    ("files", "fdatasync(file);", "boost::beast::http::write(stream, reply);"),
    ("print", 'printf("a");', 'std::snprintf(a, 2, "a");'),
    ("print", "std::cerr << a;", "out << a;"),
    ("print", 'fmt::print("a");', 'fmt::format("a");'),
    ("copy-text", "strcpy(a, b);", "a = b;"),
    ("parse-number", "int a = atoi(b);", "auto a = base::ParseDecimal(b);"),
    ("parse-number", "int a = std::stoi(b);", "std::from_chars(a, b, c);"),
    ("raw-memory", "auto* a = new Table();", "auto a = std::make_unique<Table>();"),
    ("raw-memory", "void* a = ::operator new(4);", "\n#include <new>\n"),
    ("raw-memory", "delete a;", "struct A { A(const A&) = delete; };"),
    ("raw-memory", "free(a);", "sqlite::free(a); pool.free(a); pool->free(b);"),
    ("reinterpret-cast", "auto* a = reinterpret_cast<char*>(b);", "auto a = static_cast<int>(b);"),
    ("const-cast", "auto& a = const_cast<int&>(b);", "const int a = b;"),
    ("globals", "static int calls = 0;", "static const int kCalls = 0;"),
    ("globals", "thread_local int calls = 0;", "int calls = 0;"),
    ("singleton", "Log::Instance().Write(a);", "log.Instance().Write(a);"),
    ("singleton", "auto& a = Log::get();", "auto& a = std::get<0>(b);"),
    ("lock", "std::mutex mutex;", "base::Guarded<int> count;"),
    ("lock", "std::lock_guard lock(mutex);", "auto lock = count.Lock();"),
    ("thread", "std::thread runner(a);", "std::jthread runner(a);"),
    ("thread", "runner.detach();", "int cores = std::thread::hardware_concurrency();"),
    ("sleep", "std::this_thread::sleep_for(second);", "queue.WaitFor(second);"),
    ("sleep", "usleep(10);", "int sleeping = 1;"),
    ("using-namespace", "using namespace std::chrono;", "using std::chrono::seconds;"),
]


@pytest.mark.parametrize(("rule", "bad", "good"), BANNED)
def test_banned_call(told, rule, bad, good):
    path = "src/ledger/a.cc"
    errors = told("banned", {path: in_function(bad)})
    assert len(errors) == 1 and errors[0].startswith(f"{path}:3: banned: [{rule}] "), errors
    assert told("banned", {path: in_function(good)}) == []


@pytest.mark.parametrize(("path", "line"), [
    ("src/base/real_files.cc", "int file = ::open(path, 0);"),
    ("src/base/real_world.cc", "auto now = std::chrono::system_clock::now();"),
    ("src/base/world.cc", "std::random_device device;"),
    ("src/cli/main.cc", "std::cout << a;"),
    ("src/base/check.cc", 'std::fprintf(stderr, "a");'),
    ("src/base/guarded.h", "std::mutex mutex_;"),
    ("src/engine/a.cc", "auto* a = reinterpret_cast<char*>(b);"),
    ("src/ledger/a_fuzz.cc", "auto* a = reinterpret_cast<const char*>(b);"),
    ("tools/a.cc", "throw Wrong();"),
])
def test_call_at_home(told, path, line):
    assert told("banned", {path: in_function(line)}) == []


@pytest.mark.parametrize("line", [
    "int calls = 0;", "std::atomic<bool> is_stopping{false};", "inline std::string name;",
    "static std::vector<int> table;", "const char* name = a;", "Log* log;", "unsigned long a = 1;",
    "[[maybe_unused]] int calls;", "int Counter::calls_ = 0;",
])
def test_global_that_changes(told, line):
    errors = told("banned", {"src/ledger/a.cc": in_namespace(line)})
    assert len(errors) == 1 and "[globals]" in errors[0], errors


@pytest.mark.parametrize("line", [
    "constexpr int kLimit = 1;", "const std::string kName{};", "inline constexpr int kLimit = 1;",
    "static constexpr std::array kTable = {1, 2};", "constexpr const char* kName = nullptr;",
    "using Name = std::string;", "class Table;", "enum class Kind : char;", "int Count(int a = 0);",
    "template <int N = 1> struct Table;", "std::vector<int> Read(std::vector<int> a = {});",
    "static int Count(int a = 0) { return a; }", "extern template class Table<int>;",
    "struct A { int count = 0; std::string name; static A Make(); };",
    "struct A { bool operator==(const A&) const; static bool operator<(const A&, const A&); };",
    "static bool operator<(const A& a, const A& b);", "static_assert(true);",
    "template <typename T> concept Whole = std::integral<T>;", "const char* const kName = a;",
])
def test_no_global_that_changes(told, line):
    assert told("banned", {"src/ledger/a.cc": in_namespace(line)}) == []


ALLOW = "// tidy: " + "allow"


def test_allowed_on_one_line(told):
    path, call = "src/ledger/a.cc", "free(a);"
    allow = f"{ALLOW} raw-memory because the library wants it"
    assert told("banned", {path: in_function(f"{call}  {allow}")}) == []
    assert told("banned", {path: in_function(f"{allow}\n  {call}")}) == []
    broken = "return std::unique_ptr<Store>(\n      new Store(a));"
    assert told("banned", {path: in_function(f"{allow}\n  {broken}")}) == []
    both = told("banned", {path: in_function(f"{allow}\n  {call}\n  {call}")})
    assert len(both) == 1 and ":5: " in both[0]  # the second call is not excused


@pytest.mark.parametrize("words", [
    "raw-memory because so", "raw-memory", "everything because the library wants it",
    "clock because the library wants it",
])
def test_allowed_without_a_reason_or_for_another_rule(told, words):
    errors = told("banned", {"src/ledger/a.cc": in_function(f"free(a);  {ALLOW} {words}")})
    assert any("[raw-memory]" in error for error in errors)
    assert any("[allow]" in error for error in errors)


def test_allowance_that_nothing_needs(told):
    line = f"Free(a);  {ALLOW} raw-memory because the library wants it"
    assert "remove the comment" in told("banned", {"src/ledger/a.cc": in_function(line)})[0]


def test_sleep_in_python(told):
    assert len(told("sleep", {"tests/a.py": "import time\ntime.sleep(1)\n"})) == 1
    assert len(told("sleep", {"tests/a.py": "from time import sleep\nsleep(1)\n"})) == 1
    good = "import time\ntime.monotonic()\na = 'time.sleep(1)'\n"
    assert told("sleep", {"tests/a.py": good}) == []

// A program of the distribution, stripped, whose strings have a length and any bytes at all.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "base/fd.h"
#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

// A client on loopback that speaks the server's own protocol.
class Client {
 public:
  explicit Client(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }

  std::string ask(const std::vector<std::string>& words) const {
    std::string request = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& word : words)
      request += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    if (::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return "";
    char answer[4096];
    const ssize_t got = ::recv(socket_.get(), answer, sizeof answer, 0);
    return got > 0 ? std::string(answer, static_cast<size_t>(got)) : "";
  }

 private:
  Fd socket_;
  bool connected_ = false;
};

// A port that was free a moment ago.
uint16_t free_port() {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return 0;
  }
  return ntohs(address.sin_port);
}

class RedisLive : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    if (!has_program("redis-server")) GTEST_SKIP() << "no redis-server here";
    port_ = free_port();
    server_ = std::make_unique<Running>(
        std::vector<std::string>{"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1",
                                 "--save", "", "--appendonly", "no", "--dir", file(""), "--daemonize", "no"});
    ASSERT_TRUE(eventually([&] { return Client(port_).ask({"ping"}) == "+PONG\r\n"; }, 10000));
  }
  // What the server makes of the words of `commands` while `definition` is recorded.
  void record_commands(const std::string& definition, const std::vector<std::vector<std::string>>& commands) {
    // What is cut depends on what they are recorded through.
    Running recorder({uproar_path(), "record", "-q", "--via", "tracefs", "-o", recording(), "-e", definition,
                      "-p", std::to_string(server_->pid())});
    const bool begun = eventually([&] { return is_recording(recorder.pid()); });
    if (begun) {
      Client client(port_);
      for (const auto& words : commands) EXPECT_NE(client.ask(words), "");
    }
    recorder.signal(SIGINT);
    Ran ran = recorder.wait();
    ASSERT_TRUE(begun) << ran.err;
    ASSERT_EQ(ran.status, 0) << ran.err;
  }

  uint16_t port_ = 0;
  std::unique_ptr<Running> server_;
};

TEST_F(RedisLive, StringsHaveTheirLengthAndAllTheirBytes) {
  const std::string text_with_nul("a\0b\x01\"\n z", 8);
  const std::vector<std::vector<std::string>> commands = {
      {"set", "pear", "green"},
      {"get", "pear"},
      {"set", "bytes", std::string("\xff\0\xfe", 3)},
      {"set", "text", text_with_nul},
      {"set", "long", std::string(299, 'L') + "!"},
      {"set", "longer", std::string(3000, 'M')},
  };
  record_commands("p:make pid:" + std::to_string(server_->pid()) +
                      ":createStringObject text=$arg1:string($arg2) length=$arg2:u64",
                  commands);
  const std::vector<Json> all = events();
  size_t next = 0;
  for (const auto& words : commands) {
    for (const std::string& word : words) {
      if (next == all.size()) break;
      const Json& event = all[next++];
      const Json& text = event["args"]["text"];
      EXPECT_EQ(event["args"]["length"], word.size());
      if (word.size() > 512) {
        EXPECT_EQ(text, word.substr(0, 512));
        EXPECT_EQ(event["cut"], Json::array({"text"}));
      } else if (word[0] == '\xff') {
        EXPECT_EQ(text, (Json{{"bytes", "/wD+"}}));
      } else {
        EXPECT_EQ(text, word);
        EXPECT_FALSE(event.contains("cut"));
      }
    }
  }
  EXPECT_EQ(all.size(), 17u);
  EXPECT_EQ(next, all.size());
}

TEST_F(RedisLive, ByTheNameOfTheProgram) {
  record_commands("p:make redis-server:createStringObject text=$arg1:string($arg2)", {{"get", "plum"}});
  expect_seen({{"make", {{"text", "get"}}}, {"make", {{"text", "plum"}}}});
}

}  // namespace
}  // namespace uproar::live

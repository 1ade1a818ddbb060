// Lines that come from a host: what is understood, and that nothing else is.

#include <stdio.h>
#include <string.h>

#include "../unity_main.h"
#include "thrum/core/base64.h"
#include "thrum/core/target.h"
#include "thrum/protocol/requests.h"

using namespace thrum;

namespace {

LineReader reader;
Request request;

// Pushes a line and its end, then parses it.
LineError Parse(const char* text) {
  for (; *text != '\0'; ++text) {
    TEST_ASSERT_FALSE(reader.Push(*text));
  }
  TEST_ASSERT_TRUE(reader.Push('\n'));
  return reader.Parse(&request);
}

// The same with a checksum.
LineError ParseSealed(const char* payload) {
  Line line;
  line.Word(payload);
  Seal(&line);
  return Parse(line.c_str());
}

#define ASSERT_ERROR(wanted, got) \
  TEST_ASSERT_EQUAL_UINT8(static_cast<uint8_t>(wanted), static_cast<uint8_t>(got))
#define ASSERT_COMMAND(wanted) ASSERT_ERROR(Command::wanted, request.command)

void ChecksumIsXmodem() {
  TEST_ASSERT_EQUAL_HEX16(0x31C3, Crc16("123456789", 9));
  TEST_ASSERT_EQUAL_HEX16(0, Crc16("", 0));
  Line line;
  line.Word("123456789");
  Seal(&line);
  TEST_ASSERT_EQUAL_STRING("123456789*31c3", line.c_str());
}

void Base64OfEveryLength() {
  const char* const encoded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
  for (uint8_t size = 0; size <= 6; ++size) {
    Line line;
    AppendBase64("foobar", size, &line);
    TEST_ASSERT_EQUAL_STRING(encoded[size], line.c_str());
    char text[9];
    strcpy(text, encoded[size]);
    TEST_ASSERT_EQUAL_INT16(size, DecodeBase64(text, static_cast<uint8_t>(strlen(text))));
    TEST_ASSERT_EQUAL_INT(0, memcmp("foobar", text, size));
  }
}

void Base64OfEveryByte() {
  for (uint16_t byte = 0; byte < 256; ++byte) {
    const uint8_t bytes[3] = {static_cast<uint8_t>(byte), static_cast<uint8_t>(~byte), 0x5A};
    Line line;
    AppendBase64(bytes, 3, &line);
    char text[5];
    strcpy(text, line.c_str());
    TEST_ASSERT_EQUAL_INT16(3, DecodeBase64(text, 4));
    TEST_ASSERT_EQUAL_MEMORY(bytes, text, 3);
  }
}

void MalformedBase64IsRefused() {
  const char* const bad[] = {"A", "AA", "AAA", "A===", "====", "AB==", "AAB=", "A=AA", "AA A"};
  for (const char* each : bad) {
    char text[5];
    strcpy(text, each);
    TEST_ASSERT_EQUAL_INT16(-1, DecodeBase64(text, static_cast<uint8_t>(strlen(text))));
  }
}

void WordsWithoutDataCanBeTyped() {
  ASSERT_ERROR(LineError::kNone, Parse("?"));
  ASSERT_COMMAND(kIdentity);
  ASSERT_ERROR(LineError::kNone, Parse("status\r"));
  ASSERT_COMMAND(kStatus);
  ASSERT_ERROR(LineError::kNone, Parse("learn"));
  ASSERT_COMMAND(kLearn);
  TEST_ASSERT_EQUAL_UINT8(0, request.count);
  ASSERT_ERROR(LineError::kNone, Parse("raw 1"));
  ASSERT_COMMAND(kRaw);
  TEST_ASSERT_EQUAL_UINT16(1, request.numbers[0]);
  if (THRUM_OPERATING_STATES > 1) {
    ASSERT_ERROR(LineError::kNone, Parse("state"));
    ASSERT_COMMAND(kState);
  } else {
    ASSERT_ERROR(LineError::kUnknown, Parse("state"));
  }
}

void DataNeedsAChecksum() {
  ASSERT_ERROR(LineError::kChecksum, Parse("learn 16"));
  ASSERT_ERROR(LineError::kChecksum, Parse("t 100 90"));
  ASSERT_ERROR(LineError::kChecksum, Parse("w 0 AAAA"));
  ASSERT_ERROR(LineError::kChecksum, Parse("f AAAA"));
  ASSERT_ERROR(LineError::kNone, ParseSealed("learn 16"));
  TEST_ASSERT_EQUAL_UINT16(16, request.numbers[0]);
}

void AWindowLine() {
  ASSERT_ERROR(LineError::kNone, ParseSealed("w 232 AQACAP//"));
  ASSERT_COMMAND(kWindow);
  TEST_ASSERT_EQUAL_UINT16(232, request.numbers[0]);
  const uint8_t bytes[6] = {1, 0, 2, 0, 255, 255};
  TEST_ASSERT_EQUAL_UINT8(6, request.size);
  TEST_ASSERT_EQUAL_MEMORY(bytes, request.data, 6);
}

void TheLongestWindowLineFits() {
  char text[] = "w 65535 0000000000000000000000000000000000000000000000000000000000000000";
  ASSERT_ERROR(LineError::kNone, ParseSealed(text));
  TEST_ASSERT_EQUAL_UINT8(2 * kSamplesPerRequest, request.size);
}

void EverySingleBitErrorIsNoticed() {
  Line line;
  line.Word("t 141 115");
  Seal(&line);
  char text[32];
  strcpy(text, line.c_str());
  for (uint16_t bit = 0; bit < 8 * strlen(line.c_str()); ++bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    LineError worst = LineError::kNone;
    for (uint8_t i = 0; i < strlen(line.c_str()); ++i) {
      if (reader.Push(text[i])) {
        worst = reader.Parse(&request);
        TEST_ASSERT_TRUE(worst != LineError::kNone || request.command == Command::kNone);
      }
    }
    reader.Push('\n');
    worst = reader.Parse(&request);
    TEST_ASSERT_TRUE(worst != LineError::kNone);
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
  }
}

void UnknownWords() {
  const char* const words[] = {"x",       "??",        "statu", "statusx",
                               " status", "forgetful", "*0000", "w1"};
  for (const char* word : words) {
    ASSERT_ERROR(LineError::kUnknown, Parse(word));
    ASSERT_COMMAND(kNone);
  }
}

void MalformedArguments() {
  const char* const lines[] = {"w 0",       "w AAAA",  "w 0 AAA", "w 65536 AAAA",
                               "w -1 AAAA", "f",       "t 1 2 3", "raw",
                               "raw 0x1",   "raw  1",  "p 1",     "? me",
                               "status 1",  "learn a", "t 1 b",   "w 0 AAAA AAAA"};
  for (const char* line : lines) {
    ASSERT_ERROR(LineError::kForm, ParseSealed(line));
    ASSERT_COMMAND(kNone);
  }
}

void OverlongLinesAreSkippedWhole() {
  for (uint16_t length = kRequestSize; length < 400; length = static_cast<uint16_t>(length + 79)) {
    for (uint16_t i = 0; i < length; ++i) {
      TEST_ASSERT_FALSE(reader.Push('?'));
    }
    TEST_ASSERT_TRUE(reader.Push('\n'));
    ASSERT_ERROR(length > kRequestSize ? LineError::kOverlong : LineError::kUnknown,
                 reader.Parse(&request));
  }
  ASSERT_ERROR(LineError::kNone, Parse("?"));
  ASSERT_COMMAND(kIdentity);
}

void OwnVoiceAndSilenceAreIgnored() {
  const char* const lines[] = {"", "\r", "!id engine:aot*0000", "# thrum", "!error 1 unknown"};
  for (const char* line : lines) {
    ASSERT_ERROR(LineError::kNone, Parse(line));
    ASSERT_COMMAND(kNone);
  }
}

void AZeroByteIsDamage() {
  TEST_ASSERT_FALSE(reader.Push('p'));
  TEST_ASSERT_FALSE(reader.Push('\0'));
  ASSERT_ERROR(LineError::kUnknown, Parse(""));
}

void EveryErrorHasItsSentence() {
  for (uint8_t i = 0; i <= static_cast<uint8_t>(LineError::kEngine); ++i) {
    Line line;
    line.Text(Explain(static_cast<LineError>(i)));
    TEST_ASSERT_TRUE(strlen(line.c_str()) > 5 && strlen(line.c_str()) < 40);
    TEST_ASSERT_TRUE(strcmp(line.c_str(), "unknown error") != 0);
  }
}

}  // namespace

void setUp() { reader = LineReader(); }
void tearDown() {}

void RunTests() {
  RUN_TEST(ChecksumIsXmodem);
  RUN_TEST(Base64OfEveryLength);
  RUN_TEST(Base64OfEveryByte);
  RUN_TEST(MalformedBase64IsRefused);
  RUN_TEST(WordsWithoutDataCanBeTyped);
  RUN_TEST(DataNeedsAChecksum);
  RUN_TEST(AWindowLine);
  RUN_TEST(TheLongestWindowLineFits);
  RUN_TEST(EverySingleBitErrorIsNoticed);
  RUN_TEST(UnknownWords);
  RUN_TEST(MalformedArguments);
  RUN_TEST(OverlongLinesAreSkippedWhole);
  RUN_TEST(OwnVoiceAndSilenceAreIgnored);
  RUN_TEST(AZeroByteIsDamage);
  RUN_TEST(EveryErrorHasItsSentence);
}

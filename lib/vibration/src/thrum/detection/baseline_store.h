#pragma once

// Stores a learned baseline in memory that keeps it without power, and finds it again after a start.
// There are two slots, written in turn, one byte at a time: a loss of power leaves the last whole
// baseline, never a mixture. Used by src/storage/baseline_keeper.cpp with the memory of its target.
//
// A slot, little endian:
//   0   sequence   0 to 253, counts up; 255: nothing here. Written last.
//   1   version    kRecordVersion
//   2   model      12 characters
//   14  sensor     uint16: CRC of its name and axes
//   16  rate_hz    uint32
//   20  windows    uint16 that were learned
//   22  bands
//   23  states: their number
//   24  states x BaselineData
//   ..  CRC-16 of all before, start value 0xFFFF
// Writing: invalidate the slot, Flush, everything but the sequence, Flush, the sequence, Flush.
//
// Memory: static uint8_t Read(uint16_t at), static void Write(uint16_t at, uint8_t value), static
// void Flush(); what was written before a Flush is durable before anything written after it. It has
// 2 * kSlotSize bytes and reads 255 where it was never written.

#include <stddef.h>
#include <stdint.h>

#include "thrum/core/code_size.h"
#include "thrum/core/crc16.h"
#include "thrum/core/progmem.h"
#include "thrum/detection/operating_state.h"

namespace thrum {

// Raised when the content changes its meaning: an older record is then learned anew. 1 judged single
// windows; 2 and 3 did not hold how many windows of the trial are left, 4 not how often it widened a
// band.
constexpr uint8_t kRecordVersion = 5;
constexpr uint8_t kModelNameSize = 12;

// What a record begins with. The caller fills in all but the sequence.
struct RecordHeader {
  uint8_t sequence;
  uint8_t version;  // kRecordVersion
  char model[kModelNameSize];
  uint16_t sensor;
  uint32_t rate_hz;
  uint16_t windows;
  uint8_t bands;
  uint8_t states;  // that are ready
};

static_assert(sizeof(RecordHeader) == 24, "the slot's layout");
static_assert(sizeof(BaselineData) == 152, "the slot's layout");

constexpr uint16_t kSlotSize = sizeof(RecordHeader) + kMostStates * sizeof(BaselineData) + 2;

// Result of the search for a stored baseline. If neither slot can be used, the greater value counts.
enum class Stored : uint8_t { kRestored, kNothing, kDamaged, kVersion, kModel, kSensor, kRate };

const char* Explain(Stored stored);  // flash text

template <class Memory>
class BaselineStore {
 public:
  // Looks for the newest whole record. kRestored: it has this header's model, sensor, rate and bands,
  // *windows is what it was learned from, and Load may be called; otherwise *windows is as it was.
  Stored Find(const RecordHeader& mine, uint16_t* windows);

  // Loads what Find found into an operation that learns from *windows windows.
  void Load(Operation* operation) const;

  // Starts to store `header.states` states; then call Step until it is false. If the operation learns
  // anew meanwhile, Cancel. A spread that is eased meanwhile may be stored one step off.
  void Begin() { at_ = 1; }
  void Cancel() { at_ = 0; }
  bool busy() const { return at_ != 0; }
  bool Step(const RecordHeader& header, const Operation& operation);

  // Removes both records, the older one first.
  void Erase();

 private:
  // Slots go by the place where they start.
  static constexpr uint16_t kNoSlot = UINT16_MAX;
  static constexpr uint8_t kNoSequence = 255;

  static uint16_t Length(uint8_t states) {
    return static_cast<uint16_t>(sizeof(RecordHeader) + states * sizeof(BaselineData));
  }
  static uint8_t Next(uint8_t sequence) {
    return static_cast<uint8_t>(sequence >= 253 ? 0 : sequence + 1);
  }
  static uint8_t StatesAt(uint16_t start) {
    return Memory::Read(static_cast<uint16_t>(start + offsetof(RecordHeader, states)));
  }
  // Reads `size` bytes of the memory from `at` on.
  static void Copy(uint16_t at, void* to, uint16_t size);
  // Whether the slot that starts here holds a whole record of this version.
  static Stored Check(uint16_t start);
  // Sets newest_ and sequence_ to the newest whole record.
  Stored FindNewest();
  // Whether a whole record belongs to this model, sensor and rate.
  static Stored Match(uint16_t start, const RecordHeader& mine);
  static void Invalidate(uint16_t start);
  // A byte of the states' data, counted from the end of the header.
  static uint8_t BodyByte(const Operation& operation, uint16_t at);
  uint16_t Older() const { return newest_ == 0 ? kSlotSize : 0; }
  // Makes the slot that was written the newest: its sequence comes last, alone.
  void Commit();

  uint16_t at_ = 0;  // the byte of the slot that is written next; 0: nothing to write
  uint16_t crc_ = 0;
  uint16_t newest_ = kNoSlot;  // the slot that Load would take
  uint8_t sequence_ = kNoSequence;
};

template <class Memory>
void BaselineStore<Memory>::Copy(uint16_t at, void* to, uint16_t size) {
  for (uint8_t* byte = static_cast<uint8_t*>(to); size != 0; --size) {
    *byte++ = Memory::Read(at++);
  }
}

template <class Memory>
Stored BaselineStore<Memory>::Check(uint16_t start) {
  if (Memory::Read(start) == kNoSequence) {
    return Stored::kNothing;
  }
  if (Memory::Read(start + offsetof(RecordHeader, version)) != kRecordVersion) {
    return Stored::kVersion;
  }
  const uint8_t states = StatesAt(start);
  if (states == 0 || states > kMostStates) {
    return Stored::kDamaged;
  }
  uint16_t crc = UINT16_MAX;
  for (uint16_t left = static_cast<uint16_t>(Length(states) + 2); left != 0; --left) {
    crc = Crc16Step(crc, Memory::Read(start++));
  }
  return crc == 0 ? Stored::kRestored : Stored::kDamaged;  // over its own CRC a CRC is 0
}

template <class Memory>
Stored BaselineStore<Memory>::FindNewest() {
  Stored verdict = Stored::kNothing;
  newest_ = kNoSlot;
  sequence_ = kNoSequence;
  for (uint16_t start = 0; start < 2 * kSlotSize; start += kSlotSize) {
    const Stored found = Check(start);
    const uint8_t sequence = Memory::Read(start);
    if (found != Stored::kRestored) {
      verdict = found > verdict ? found : verdict;
    } else if (newest_ == kNoSlot || sequence == Next(sequence_)) {
      newest_ = start;
      sequence_ = sequence;
    }
  }
  return newest_ == kNoSlot ? verdict : Stored::kRestored;
}

template <class Memory>
Stored BaselineStore<Memory>::Match(uint16_t start, const RecordHeader& mine) {
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(&mine);
  for (uint8_t i = offsetof(RecordHeader, model); i < offsetof(RecordHeader, windows); ++i) {
    if (Memory::Read(static_cast<uint16_t>(start + i)) != bytes[i]) {
      return i < offsetof(RecordHeader, sensor)    ? Stored::kModel
             : i < offsetof(RecordHeader, rate_hz) ? Stored::kSensor
                                                   : Stored::kRate;
    }
  }
  const uint8_t bands = Memory::Read(static_cast<uint16_t>(start + offsetof(RecordHeader, bands)));
  return bands == mine.bands ? Stored::kRestored : Stored::kModel;
}

template <class Memory>
Stored BaselineStore<Memory>::Find(const RecordHeader& mine, uint16_t* windows) {
  Stored verdict = FindNewest();
  if (verdict == Stored::kRestored) {
    verdict = Match(newest_, mine);
  }
  if (verdict == Stored::kRestored) {
    Copy(static_cast<uint16_t>(newest_ + offsetof(RecordHeader, windows)), windows,
         sizeof(*windows));
  }
  return verdict;
}

template <class Memory>
void BaselineStore<Memory>::Load(Operation* operation) const {
  const uint8_t states = StatesAt(newest_);
  operation->Restore(states);
  for (uint8_t s = 0; s < kMostStates && s < states; ++s) {
    Copy(static_cast<uint16_t>(newest_ + Length(s)), operation->restored(s), sizeof(BaselineData));
  }
}

template <class Memory>
THRUM_OUT_OF_LINE void BaselineStore<Memory>::Invalidate(uint16_t start) {
  Memory::Write(start, kNoSequence);
  Memory::Flush();
}

template <class Memory>
uint8_t BaselineStore<Memory>::BodyByte(const Operation& operation, uint16_t at) {
  uint8_t state = 0;
  for (; kMostStates != 1 && at >= sizeof(BaselineData); ++state) {
    at = static_cast<uint16_t>(at - sizeof(BaselineData));
  }
  return reinterpret_cast<const uint8_t*>(&operation.data(state))[at];
}

// The slot is whole: from now on it is the newest.
template <class Memory>
void BaselineStore<Memory>::Commit() {
  newest_ = Older();
  sequence_ = Next(sequence_);
  at_ = 0;
  Memory::Flush();
  Memory::Write(newest_, sequence_);
  Memory::Flush();
}

template <class Memory>
bool BaselineStore<Memory>::Step(const RecordHeader& header, const Operation& operation) {
  if (at_ == 0) {
    return false;
  }
  const uint16_t start = Older();
  const uint16_t length = Length(header.states);
  if (at_ == 1) {
    Invalidate(start);
    crc_ = Crc16Step(UINT16_MAX, Next(sequence_));
  }
  if (at_ == length + 2) {
    Commit();
    return false;
  }
  uint8_t byte = static_cast<uint8_t>(crc_ >> 8);
  if (at_ < length) {
    byte = at_ < sizeof(header) ? reinterpret_cast<const uint8_t*>(&header)[at_]
                                : BodyByte(operation, static_cast<uint16_t>(at_ - sizeof(header)));
    crc_ = Crc16Step(crc_, byte);
  } else {
    crc_ = static_cast<uint16_t>(crc_ << 8);
  }
  Memory::Write(static_cast<uint16_t>(start + at_), byte);
  ++at_;
  return true;
}

template <class Memory>
void BaselineStore<Memory>::Erase() {
  Cancel();
  const uint16_t older = Older();
  Invalidate(older);
  Invalidate(static_cast<uint16_t>(kSlotSize - older));
  newest_ = kNoSlot;
  sequence_ = kNoSequence;
}

}  // namespace thrum

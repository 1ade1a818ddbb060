#pragma once

// A learned baseline in memory that outlives the power: two slots, written in turn, one byte at a
// time, so that a loss of power leaves the old baseline or none, never a mixture. Used by
// src/learned.cpp with the memory of its target.
//
// A slot, little endian:
//   0   sequence   0 to 253, counts up; 255: nothing here. Written last.
//   1   version    kRecordVersion
//   2   model      12 characters
//   14  sensor     uint16: CRC of its name and axes
//   16  rate_hz    uint32
//   20  windows    uint16 that were learned
//   22  bands, 23 states
//   24  states x BaselineData
//   ..  CRC-16 of all before, start value 0xFFFF
// Writing: invalidate the slot, Flush, everything but the sequence, Flush, the sequence, Flush.
//
// Memory: static uint8_t Read(uint16_t at), static void Write(uint16_t at, uint8_t value), static
// void Flush(); what was written before a Flush is durable before anything written after it. It has
// 2 * kSlotSize bytes and reads 255 where it was never written.

#include <stdint.h>

#include "crc16.h"
#include "operation.h"
#include "progmem.h"

namespace thrum {

constexpr uint8_t kRecordVersion = 1;
constexpr uint8_t kModelNameSize = 12;

struct RecordHeader {
  uint8_t sequence;
  uint8_t version;
  char model[kModelNameSize];
  uint16_t sensor;
  uint32_t rate_hz;
  uint16_t windows;
  uint8_t bands;
  uint8_t states;
};

static_assert(sizeof(RecordHeader) == 24, "the slot's layout");
static_assert(sizeof(BaselineData) == 132, "the slot's layout");

constexpr uint16_t kSlotSize = sizeof(RecordHeader) + kMostStates * sizeof(BaselineData) + 2;

// What became of a stored baseline. The greater of two slots' verdicts is told.
enum class Stored : uint8_t { kRestored, kNothing, kDamaged, kVersion, kModel, kSensor, kRate };

const char* Explain(Stored stored);  // flash text

// Whose baseline it is. model: flash text of kModelNameSize characters.
struct RecordOwner {
  const char* model;
  uint16_t sensor;
  uint32_t rate_hz;
  uint8_t bands;
};

// kRestored if a record with this header is the owner's.
Stored Match(const RecordHeader& header, const RecordOwner& owner);

// The header of a new record.
void Describe(const RecordOwner& owner, RecordHeader* header);

template <class Memory>
class StoredBaseline {
 public:
  // Loads the newest whole record into *operation if it is the owner's; *windows is what it was
  // learned from. Otherwise *operation is as it was.
  Stored Restore(const RecordOwner& owner, Operation* operation, uint16_t* windows);

  // Starts to store the states that are ready; then call Step until it is false. The operation must
  // not change meanwhile: if it learns anew, Cancel.
  void Begin() { at_ = 1; }
  void Cancel() { at_ = 0; }
  bool busy() const { return at_ != 0; }
  bool Step(const RecordOwner& owner, const Operation& operation, uint16_t windows);

  // Removes both records, the older one first.
  void Erase();

 private:
  static constexpr uint8_t kNoSlot = 2;
  static constexpr uint8_t kNoSequence = 255;

  static uint16_t Start(uint8_t slot) { return slot * kSlotSize; }
  static uint16_t Length(uint8_t states) {
    return static_cast<uint16_t>(sizeof(RecordHeader) + states * sizeof(BaselineData));
  }
  static uint8_t Next(uint8_t sequence) {
    return static_cast<uint8_t>(sequence >= 253 ? 0 : sequence + 1);
  }
  static void Copy(uint16_t at, void* to, uint16_t size);
  static Stored Check(uint8_t slot, RecordHeader* header);
  Stored FindNewest(RecordHeader* newest);
  static void Invalidate(uint8_t slot);
  void WriteByte(const RecordHeader& header, const Operation& operation);

  uint16_t at_ = 0;  // the byte of the slot that is written next; 0: nothing to write
  uint16_t crc_ = 0;
  uint8_t newest_ = kNoSlot;  // the slot that Restore would take
  uint8_t sequence_ = kNoSequence;
};

template <class Memory>
void StoredBaseline<Memory>::Copy(uint16_t at, void* to, uint16_t size) {
  for (uint8_t* byte = static_cast<uint8_t*>(to); size != 0; --size) {
    *byte++ = Memory::Read(at++);
  }
}

template <class Memory>
Stored StoredBaseline<Memory>::Check(uint8_t slot, RecordHeader* header) {
  const uint16_t start = Start(slot);
  Copy(start, header, sizeof(*header));
  if (header->sequence == kNoSequence) {
    return Stored::kNothing;
  }
  if (header->version != kRecordVersion) {
    return Stored::kVersion;
  }
  if (header->states == 0 || header->states > kMostStates) {
    return Stored::kDamaged;
  }
  uint16_t crc = UINT16_MAX;
  for (uint16_t i = 0; i < Length(header->states) + 2; ++i) {
    crc = Crc16Step(crc, Memory::Read(static_cast<uint16_t>(start + i)));
  }
  return crc == 0 ? Stored::kRestored : Stored::kDamaged;  // over its own CRC a CRC is 0
}

template <class Memory>
Stored StoredBaseline<Memory>::FindNewest(RecordHeader* newest) {
  Stored verdict = Stored::kNothing;
  newest_ = kNoSlot;
  sequence_ = kNoSequence;
  for (uint8_t slot = 0; slot < 2; ++slot) {
    RecordHeader header;
    const Stored found = Check(slot, &header);
    if (found != Stored::kRestored) {
      verdict = found > verdict ? found : verdict;
    } else if (newest_ == kNoSlot || header.sequence == Next(sequence_)) {
      newest_ = slot;
      sequence_ = header.sequence;
      *newest = header;
    }
  }
  return newest_ == kNoSlot ? verdict : Stored::kRestored;
}

template <class Memory>
Stored StoredBaseline<Memory>::Restore(const RecordOwner& owner, Operation* operation,
                                       uint16_t* windows) {
  RecordHeader header;
  Stored verdict = FindNewest(&header);
  if (verdict == Stored::kRestored) {
    verdict = Match(header, owner);
  }
  if (verdict != Stored::kRestored) {
    return verdict;
  }
  *windows = header.windows;
  operation->Restore(header.states);
  for (uint8_t s = 0; s < header.states; ++s) {
    Copy(static_cast<uint16_t>(Start(newest_) + Length(s)), operation->restored(s),
         sizeof(BaselineData));
  }
  return verdict;
}

template <class Memory>
void StoredBaseline<Memory>::Invalidate(uint8_t slot) {
  Memory::Write(Start(slot), kNoSequence);
  Memory::Flush();
}

template <class Memory>
bool StoredBaseline<Memory>::Step(const RecordOwner& owner, const Operation& operation,
                                  uint16_t windows) {
  if (at_ == 0) {
    return false;
  }
  RecordHeader header;
  Describe(owner, &header);
  header.sequence = Next(sequence_);
  header.windows = windows;
  header.states = operation.ready();
  WriteByte(header, operation);
  return at_ != 0;
}

template <class Memory>
void StoredBaseline<Memory>::WriteByte(const RecordHeader& header, const Operation& operation) {
  const uint8_t slot = newest_ == 0 ? 1 : 0;
  const uint16_t length = Length(header.states);
  if (at_ == 1) {
    Invalidate(slot);
    crc_ = Crc16Step(UINT16_MAX, header.sequence);
  }
  if (at_ == length + 2) {
    Memory::Flush();
    Memory::Write(Start(slot), header.sequence);
    Memory::Flush();
    newest_ = slot;
    sequence_ = header.sequence;
    at_ = 0;
    return;
  }
  uint8_t byte = static_cast<uint8_t>(at_ == length ? crc_ >> 8 : crc_);
  if (at_ < sizeof(header)) {
    byte = reinterpret_cast<const uint8_t*>(&header)[at_];
  } else if (at_ < length) {
    const uint16_t body = static_cast<uint16_t>(at_ - sizeof(header));
    const uint8_t state = static_cast<uint8_t>(body / sizeof(BaselineData));
    byte = reinterpret_cast<const uint8_t*>(&operation.data(state))[body % sizeof(BaselineData)];
  }
  if (at_ < length) {
    crc_ = Crc16Step(crc_, byte);
  }
  Memory::Write(static_cast<uint16_t>(Start(slot) + at_), byte);
  ++at_;
}

template <class Memory>
void StoredBaseline<Memory>::Erase() {
  Cancel();
  const uint8_t older = newest_ == 0 ? 1 : 0;
  Invalidate(older);
  Invalidate(static_cast<uint8_t>(1 - older));
  newest_ = kNoSlot;
  sequence_ = kNoSequence;
}

}  // namespace thrum

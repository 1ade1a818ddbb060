#pragma once

// Counts what a host program takes from the heap: every operator new, and under AddressSanitizer
// every malloc of everybody. For one source file of a program.

#include <stddef.h>
#include <stdlib.h>
#include <unity.h>

inline int allocations;

#if defined(__SANITIZE_ADDRESS__)

// Of the sanitizer's run time; GCC does not install the header that declares it.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*,
                                                                             size_t),
                                                         void (*free_hook)(const volatile void*));

inline void CountAllocation(const volatile void*, size_t) { ++allocations; }

inline void CountAllocations() {
  static const int installed =
      __sanitizer_install_malloc_and_free_hooks(CountAllocation, [](const volatile void*) {});
  TEST_ASSERT_NOT_EQUAL(0, installed);
  allocations = 0;
}

#else

void* operator new(size_t size) {
  ++allocations;
  return malloc(size);
}
void* operator new[](size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }
void operator delete[](void* memory, size_t) noexcept { free(memory); }

inline void CountAllocations() { allocations = 0; }

#endif

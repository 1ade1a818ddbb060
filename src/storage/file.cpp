// A file, replaced as a whole: another is written beside it and renamed. A device, such as /dev/null,
// is no file: it is written to, and stays.

#include "storage/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "storage/storage.h"

namespace thrum {
namespace {

const char* path;
uint8_t image[Storage::kSize];
bool changed;

bool WriteFile(const std::string& name) {
  FILE* file = fopen(name.c_str(), "wb");
  if (file == nullptr) {
    return false;
  }
  const bool written = fwrite(image, 1, sizeof(image), file) == sizeof(image) &&
                       fflush(file) == 0 && fsync(fileno(file)) == 0;
  return fclose(file) == 0 && written;
}

// fsync refuses most devices, which is no failure.
bool IsDevice() {
  struct stat found;
  return stat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

bool Replace() {
  if (IsDevice()) {
    (void)WriteFile(path);
    return true;
  }
  const std::string other = std::string(path) + ".new";
  if (WriteFile(other) && rename(other.c_str(), path) == 0) {
    return true;
  }
  (void)remove(other.c_str());
  return false;
}

}  // namespace

void SetBaselineFile(const char* chosen) { path = chosen; }

bool Storage::Begin() {
  memset(image, 255, sizeof(image));
  FILE* file = path == nullptr ? nullptr : fopen(path, "rb");
  if (file != nullptr) {
    (void)fread(image, 1, sizeof(image), file);
    fclose(file);
  }
  changed = false;
  return path != nullptr;
}

uint8_t Storage::Read(uint16_t at) { return image[at]; }

void Storage::Write(uint16_t at, uint8_t value) {
  changed = changed || image[at] != value;
  image[at] = value;
}

void Storage::Flush() {
  if (path == nullptr || !changed) {
    return;
  }
  if (!Replace()) {
    fprintf(stderr, "%s: the baseline cannot be stored\n", path);
    return;
  }
  changed = false;
}

uint16_t Storage::BytesAtOnce() { return UINT16_MAX; }

}  // namespace thrum

#include "console/console.h"
#include "main.h"

#if !defined(PIO_UNIT_TESTING) || defined(THRUM_STREAM_TEST)
int main() {
  thrum::Status status = thrum::Start(thrum::kDefaultSettings);
  while (status == thrum::Status::kOk) {
    status = thrum::Step();
  }
  thrum::WriteLine(thrum::Explain(status));
  return 1;
}
#endif

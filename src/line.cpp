#include "line.h"

#include "console.h"
#include "thrum/protocol.h"

namespace thrum {

Line the_line;

void PutLine() { WriteLine(the_line.c_str()); }

void PutSealedLine() {
  Seal(&the_line);
  PutLine();
}

}  // namespace thrum

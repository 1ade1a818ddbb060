#pragma once

// The one thing that src/samplers/imu/sampler.cpp wants of the Arduino core. A suite defines it: its time.

unsigned long micros();

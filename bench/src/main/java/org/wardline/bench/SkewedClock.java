package org.wardline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A wrong clock for one process, by libfaketime where it is installed (Debian: libfaketime). */
final class SkewedClock {
  private static final List<Integer> SECONDS = List.of(45, -45, 0);
  private final Path library;

  private SkewedClock(Path library) {
    this.library = library;
  }

  static Optional<SkewedClock> found() throws IOException {
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(libraries)) {
      return folders
          .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst()
          .map(SkewedClock::new);
    }
  }

  /** By how many seconds the clock is wrong in that round; longer than a lease. */
  static int seconds(int round) {
    return SECONDS.get(round % SECONDS.size());
  }

  /** Environment of a process whose wall clock is so many seconds ahead. */
  Map<String, String> environment(int seconds) {
    return seconds == 0
        ? Map.of()
        : Map.of(
            "LD_PRELOAD",
            library.toString(),
            "FAKETIME",
            String.format("%+ds", seconds),
            // timeouts go by the clock that nobody sets, as on a real machine
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            // else timed waits of the JVM come back at once (libfaketime 0.9.10)
            "FAKETIME_FORCE_MONOTONIC_FIX",
            "0");
  }
}

package org.wardline.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Processes of an earlier run that a crash left behind: known by number and time of start, so that
 * no stranger is ever stopped.
 */
final class Leftovers {
  private Leftovers() {}

  /** Writes down a process of this run. */
  static Path remember(Installation installation, String name, ProcessHandle process) {
    String started = process.info().startInstant().map(Instant::toString).orElse("");
    return installation.write("run/" + name + ".pid", process.pid() + " " + started);
  }

  /** The process of that name, when it still runs. */
  static Optional<ProcessHandle> running(Installation installation, String name) {
    Path file = installation.folder("run").resolve(name + ".pid");
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      String[] parts = Files.readString(file).strip().split(" ", 2);
      return ProcessHandle.of(Long.parseLong(parts[0]))
          .filter(
              p ->
                  p.info()
                      .startInstant()
                      .map(Instant::toString)
                      .orElse("")
                      .equals(parts.length > 1 ? parts[1] : ""));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Stops what an earlier run left, the launcher itself excepted; gives the names. */
  static List<String> stopAll(Installation installation) {
    var stopped = new ArrayList<String>();
    try (Stream<Path> files = Files.list(installation.folder("run"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
        String name = file.getFileName().toString().replace(".pid", "");
        Optional<ProcessHandle> process =
            running(installation, name).filter(p -> p.pid() != ProcessHandle.current().pid());
        if (process.isPresent()) {
          stop(process.get());
          stopped.add(name);
        }
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stopped;
  }

  static void stop(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(20, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.wardline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** CPU time and memory of processes, from {@code /proc}. */
final class ProcessClock {
  private static final double MILLIS_PER_TICK = 10; // USER_HZ is 100 on Linux
  private static final int UTIME = 11; // fields after the name, proc(5)
  private static final int STIME = 12;
  private static final int CHILDREN_UTIME = 13;
  private static final int CHILDREN_STIME = 14;

  private ProcessClock() {}

  /** Milliseconds of CPU that these processes used so far. */
  static double millis(Collection<Long> processes) {
    return processes.stream().mapToDouble(pid -> millis(pid, false)).sum();
  }

  /** The same for a process with all its children, those that ended included. */
  static double millisOfFamily(long parent) {
    return millis(parent, true) + millis(children(parent));
  }

  /** Resident memory of these processes in MiB. */
  static double memory(Collection<Long> processes) {
    return processes.stream().mapToDouble(ProcessClock::memory).sum();
  }

  /** Resident memory in MiB. */
  static double memory(long process) {
    return lines("/proc/" + process + "/status")
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  private static List<Long> children(long parent) {
    return ProcessHandle.of(parent).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .toList();
  }

  private static double millis(long process, boolean withEndedChildren) {
    Optional<String> line = lines("/proc/" + process + "/stat").findFirst();
    if (line.isEmpty()) {
      return 0;
    }
    String[] fields = line.get().substring(line.get().lastIndexOf(')') + 2).split(" ");
    double ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    if (withEndedChildren) {
      ticks += Long.parseLong(fields[CHILDREN_UTIME]) + Long.parseLong(fields[CHILDREN_STIME]);
    }
    return ticks * MILLIS_PER_TICK;
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      return Stream.empty(); // it has ended
    }
  }
}

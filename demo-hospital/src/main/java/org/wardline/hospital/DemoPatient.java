package org.wardline.hospital;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A patient of the demo hospital.
 *
 * @param number record number
 */
record DemoPatient(String number, String family, String given, String birthDate, String sex) {
  /** Those of a file of ADT messages, by their PID segments. */
  static List<DemoPatient> of(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("PID|"))
        .map(line -> line.split("\\|", -1))
        .map(
            pid ->
                new DemoPatient(
                    pid[3].split("\\^", -1)[0],
                    pid[5].split("\\^", -1)[0],
                    pid[5].split("\\^", -1)[1],
                    pid[7],
                    pid[8]))
        .toList();
  }
}

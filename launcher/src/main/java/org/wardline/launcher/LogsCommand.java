package org.wardline.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline logs}. */
@Command(name = "logs", description = "Shows the last lines of each part's log, or of one.")
@SuppressWarnings("NullAway.Init")
final class LogsCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      description = "wardline, keycloak, postgres, hospital or launcher")
  private String part = "";

  @Option(
      names = {"-n", "--lines"},
      description = "How many lines; default: ${DEFAULT-VALUE}")
  private int lines = 30;

  @Override
  public void run() {
    Path folder = wardline.installation().folder("logs");
    PrintWriter out = spec.commandLine().getOut();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(f -> part.isEmpty() || f.getFileName().toString().equals(part + ".log"))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new LauncherException(
            "There is no log" + (part.isEmpty() ? "" : " of " + part) + " in " + folder + ".");
      }
      for (Path file : found) {
        out.println("== " + file.getFileName());
        List<String> all =
            new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
        all.subList(Math.max(0, all.size() - lines), all.size()).forEach(out::println);
      }
      out.flush();
    } catch (IOException e) {
      throw new LauncherException("The logs in " + folder + " cannot be read.");
    }
  }
}

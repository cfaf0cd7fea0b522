package org.wardline.launcher;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline restore FOLDER [--until TIME]}. */
@Command(
    name = "restore",
    description =
        "Puts a backup in the place of the database; the next start follows the archived log to its end, or to a moment.")
@SuppressWarnings("NullAway.Init")
final class RestoreCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "What ./wardline backup made")
  private Path folder;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Nothing that was committed later, such as 2026-11-25T17:00:00Z")
  private @Nullable String until;

  @Override
  public void run() {
    Installation installation = wardline.installation();
    Path before =
        new Backups(installation, new SecretFiles(installation))
            .restore(folder.toAbsolutePath(), moment());
    spec.commandLine()
        .getOut()
        .println("The next start recovers the database. The former data are in " + before + ".");
    spec.commandLine().getOut().flush();
  }

  private @Nullable Instant moment() {
    try {
      return until == null ? null : Instant.parse(until);
    } catch (DateTimeParseException e) {
      throw new LauncherException("--until: a moment such as 2026-11-25T17:00:00Z");
    }
  }
}

package org.wardline.launcher;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline backup FOLDER}. */
@Command(
    name = "backup",
    description = {
      "Copies the running database into a folder; needs a start with --set postgres.archive=FOLDER.",
      "The key ring and the secrets are not in it: keep them elsewhere."
    })
@SuppressWarnings("NullAway.Init")
final class BackupCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "New, or empty")
  private Path folder;

  @Override
  public void run() {
    Installation installation = wardline.started();
    new Backups(installation, new SecretFiles(installation)).take(folder.toAbsolutePath());
    spec.commandLine().getOut().println("The backup is in " + folder + ".");
    spec.commandLine().getOut().flush();
  }
}

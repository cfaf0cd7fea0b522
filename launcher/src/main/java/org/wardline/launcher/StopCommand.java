package org.wardline.launcher;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline stop}. */
@Command(name = "stop", description = "Stops everything that runs on this data.")
@SuppressWarnings("NullAway.Init")
final class StopCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Installation installation = wardline.installation();
    Optional<ProcessHandle> launcher = Leftovers.running(installation, "launcher");
    launcher.ifPresent(Leftovers::stop);
    List<String> left = Leftovers.stopAll(installation);
    spec.commandLine()
        .getOut()
        .println(
            launcher.isEmpty() && left.isEmpty() ? "Nothing was running." : "Wardline is stopped.");
    spec.commandLine().getOut().flush();
  }
}

package org.wardline.launcher;

import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline code USER}. */
@Command(name = "code", description = "Prints the current one-time code of a demo person.")
@SuppressWarnings("NullAway.Init")
final class CodeCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "USER", description = "User name, such as dr.adams")
  private String user;

  @Override
  public void run() {
    var identities = new Identities(wardline.installation());
    Identities.DemoPerson person =
        identities
            .person(user)
            .orElseThrow(() -> new LauncherException("There is no demo person " + user + "."));
    spec.commandLine().getOut().println(Totp.code(person.totpSecret(), Instant.now()));
    spec.commandLine().getOut().flush();
  }
}

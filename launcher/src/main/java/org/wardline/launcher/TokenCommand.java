package org.wardline.launcher;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline token CLIENT [SCOPE…]}. */
@Command(
    name = "token",
    description = "Prints an access token of a demo client, alone on its line, for use with curl.")
@SuppressWarnings("NullAway.Init")
final class TokenCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "CLIENT",
      description = "integration-engine, ehr or compliance-reporting")
  private String client;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "SCOPE",
      description = "Such as system/Communication.rs; default: all usual ones")
  private List<String> scopes = List.of();

  @Override
  public void run() {
    Installation installation = wardline.started();
    List<String> usual = new Identities(installation).usualScopes(client);
    String token =
        new TokenRequest(installation, new SecretFiles(installation))
            .token(client, scopes.isEmpty() ? usual : scopes);
    spec.commandLine().getOut().println(token);
    spec.commandLine().getOut().flush();
  }
}

package org.wardline.launcher;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline status}: exit 0 only when everything is ready. */
@Command(
    name = "status",
    description = "Says which parts are ready; exit status 0 only when all are.")
@SuppressWarnings("NullAway.Init")
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Installation installation = wardline.started();
    Map<String, Boolean> parts = new LinkedHashMap<>();
    parts.put("PostgreSQL", RunningSystem.taken(installation, installation.port("postgres")));
    parts.put("Keycloak", ready(KeycloakPart.health(installation)));
    parts.put("Wardline", ready(ServerPart.health(installation)));
    parts.put("MLLP", RunningSystem.taken(installation, installation.port("mllp")));
    if (Leftovers.running(installation, "hospital").isPresent()) {
      parts.put("demo hospital", ready(HospitalPart.health(installation)));
    }
    parts.forEach(
        (part, up) ->
            spec.commandLine().getOut().printf("%-14s %s%n", part, up ? "ready" : "not ready"));
    spec.commandLine().getOut().flush();
    return parts.containsValue(false) ? 1 : 0;
  }

  private static boolean ready(String address) {
    return Child.answers(
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(3)).build());
  }
}

package org.wardline.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.ServerPart.Node;

/**
 * HAProxy in front of several nodes, where it is installed: one address for all of them, and a node
 * that is not ready gets nothing.
 */
final class BalancerPart {
  private static final List<String> PLACES =
      List.of("/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy");
  private final Installation installation;
  private @Nullable Child child;

  BalancerPart(Installation installation) {
    this.installation = installation;
  }

  /** The program, where there is one. */
  static Optional<Path> program() {
    return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }

  void start(List<Node> nodes) {
    Path file = installation.write("run/balancer.cfg", configuration(nodes));
    Path program =
        program().orElseThrow(() -> new LauncherException("HAProxy is not installed here."));
    child =
        Child.start(
            installation,
            "balancer",
            List.of(program.toString(), "-f", file.toString(), "-db"),
            Map.of());
    child.awaitReady(
        ServerPart.health(installation),
        java.time.Duration.ofSeconds(installation.number("ready.seconds")));
  }

  @Nullable Child child() {
    return child;
  }

  private String configuration(List<Node> nodes) {
    return """
        defaults
          timeout connect 2s
          timeout client 1h
          timeout server 1h
          option redispatch
          retries 3
        """
        + proxy("http", "http", nodes)
        + proxy("https", "tcp", nodes)
        + proxy("mllp", "tcp", nodes)
        + proxy("mllps", "tcp", nodes);
  }

  /** Whether a node is ready is asked over HTTP, for all of its ports. */
  private String proxy(String key, String mode, List<Node> nodes) {
    return Stream.concat(
            Stream.of(
                "listen " + key,
                "  mode " + mode,
                "  bind " + installation.address() + ":" + installation.port(key),
                "  balance leastconn",
                "  option httpchk GET /health/ready"),
            nodes.stream()
                .map(
                    node ->
                        "  server "
                            + node.name()
                            + " "
                            + installation.address()
                            + ":"
                            + installation.port(key, node.place())
                            + " check port "
                            + installation.port("http", node.place())
                            + " inter 1s fall 2 rise 1"))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}

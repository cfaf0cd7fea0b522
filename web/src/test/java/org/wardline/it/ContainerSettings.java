package org.wardline.it;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Starts the database before the container is started, and gives the container its settings. Only
 * where a test needs the container.
 */
public class ContainerSettings implements LauncherSessionListener {
  private EmbeddedPostgres postgres;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (System.getProperty("wardline.war") == null) {
      return;
    }
    try {
      postgres =
          EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("create role wardline_owner login");
        statement.execute("create role wardline_app login");
        statement.execute("create database wardline owner wardline_owner");
      }
      Path folder = Files.createDirectories(Path.of("target/it"));
      System.setProperty("wardline.it.jvm", jvm(folder.toAbsolutePath()));
      System.setProperty("wardline.it.micro", micro(folder.toAbsolutePath()));
    } catch (Exception e) {
      throw new IllegalStateException("the container's settings cannot be made", e);
    }
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    try {
      if (postgres != null) {
        postgres.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String jvm(Path folder) throws Exception {
    Path key =
        Files.writeString(
            folder.resolve("client.jwk"),
            new ECKeyGenerator(Curve.P_256).keyID("t").generate().toJSONString());
    Path ring = folder.resolve("keyring.json");
    Files.writeString(
        ring,
        "{\"current\":\"a\",\"keys\":[{\"id\":\"a\",\"key\":\""
            + Base64.getEncoder().encodeToString(new byte[32])
            + "\"}]}");
    Files.setPosixFilePermissions(ring, PosixFilePermissions.fromString("rw-------"));
    Path password = Files.writeString(folder.resolve("owner.password"), "unused");
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "wardline.db.url", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/wardline");
    settings.put("wardline.db.user", "wardline_app");
    settings.put("wardline.db.password", "unused");
    settings.put("wardline.db.owner.password.file", password.toString());
    settings.put("wardline.keyring.file", ring.toString());
    settings.put("wardline.oidc.client-key.file", key.toString());
    settings.put("wardline.mllp.port", String.valueOf(freePort()));
    settings.put("wardline.hl7.sources.file", sources(folder).toString());
    return settings.entrySet().stream()
        .map(e -> "-D" + e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" ", "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 ", ""));
  }

  private static Path sources(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("sources.json"),
        """
        [{"name": "kept", "application": "KEPT", "acknowledge": "kept"},
         {"name": "archived", "application": "ARCHIVED", "acknowledge": "archived"},
         {"name": "adt"}]""");
  }

  private static String micro(Path folder) throws IOException {
    Path preboot =
        Files.writeString(
            folder.resolve("preboot.asadmin"),
            "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1\n"
                + "set configs.config.server-config.hazelcast-config-specific-configuration.enabled=false\n");
    return "--nohazelcast --disablephonehome --port "
        + freePort()
        + " --prebootcommandfile "
        + preboot;
  }

  /** None that the system gives out by itself: before the server listens, it might. */
  private static int freePort() throws IOException {
    int port = 12_000 + new Random().nextInt(20_000);
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (BindException e) {
      return freePort();
    }
  }
}

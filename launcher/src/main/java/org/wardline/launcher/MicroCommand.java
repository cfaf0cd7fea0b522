package org.wardline.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of Payara Micro with the application.
 *
 * @param jvm options, separated by blanks
 * @param http where plain HTTP listens
 * @param https where HTTPS listens
 * @param key the certificate of HTTPS
 * @param secrets folder that the server reads secrets from, by their names
 * @param settings file with the application's settings
 * @param place folders and files of this node
 */
record MicroCommand(
    String jvm, Listener http, Listener https, Key key, Path secrets, Path settings, Place place) {

  /** TLS 1.3, and of TLS 1.2 what has forward secrecy and authenticated encryption (RFC 9325). */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /**
   * An address and a port.
   *
   * @param http2 whether it speaks HTTP/2. In the container's (Grizzly 4.0) one request with
   *     headers that are too long, from whoever reaches the port, has all later ones of everybody
   *     answered 431 until a restart; so it is for ports that only this machine reaches. There it
   *     is needed: without it, a client that asks to upgrade, as Java's own does over plain HTTP,
   *     waits in vain for an answer to its POST.
   */
  record Listener(String address, int port, boolean http2) {}

  /** A PKCS12 store with one key. */
  record Key(Path store, String alias, String password) {}

  /**
   * Where a node keeps what it needs while it runs.
   *
   * @param root the server's own folder: made anew
   * @param unpacked the server's libraries
   * @param arguments file for what must stand in no list of processes
   * @param preboot file
   */
  record Place(Path root, Path unpacked, Path arguments, Path preboot) {}

  List<String> words(Installation installation) {
    write();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvm.split(" +", -1)));
    command.addAll(
        List.of(
            "@" + place.arguments(),
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.net.preferIPv4Stack=true",
            "-Duser.timezone=UTC",
            "-Djdk.tls.server.cipherSuites=" + String.join(",", CIPHERS),
            // a server without its application is not ready (MicroProfile Health 4.0, section 4.4)
            "-Dmp.health.default.readiness.empty.response=DOWN",
            "-Dmp.health.default.startup.empty.response=DOWN",
            "-Dwardline.fhir.profiles.validator=" + installation.built("profiles/target/validator"),
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.loader=ALL-UNNAMED",
            "-jar",
            installation.built("launcher/target/servers/payara-micro.jar").toString(),
            "--rootdir",
            place.root().toString(),
            "--unpackdir",
            place.unpacked().toString(),
            "--deploy",
            installation.built("web/target/wardline.war").toString(),
            "--contextroot",
            "/",
            "--nohazelcast",
            "--disablephonehome",
            "--port",
            String.valueOf(http.port()),
            "--sslport",
            String.valueOf(https.port()),
            "--sslcert",
            key.alias(),
            "--secretsdir",
            secrets.toString(),
            "--prebootcommandfile",
            place.preboot().toString(),
            "--systemproperties",
            settings.toString()));
    return command;
  }

  private void write() {
    // the server would deploy what an earlier run left in its folder, before what it is given now
    Folders.delete(place.root());
    try {
      Files.createDirectories(place.root());
      Files.createDirectories(place.unpacked());
      Files.writeString(place.preboot(), preboot());
      Files.deleteIfExists(place.arguments());
      Files.createFile(
          place.arguments(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          place.arguments(),
          "\"-Djavax.net.ssl.keyStore="
              + key.store()
              + "\"\n\"-Djavax.net.ssl.keyStorePassword="
              + key.password()
              + "\"\n");
    } catch (IOException e) {
      throw new LauncherException(
          "The folder " + place.root() + " cannot be written: check its rights.");
    }
  }

  private String preboot() {
    String config = "set configs.config.server-config.";
    String listener = config + "network-config.network-listeners.network-listener.";
    String protocol = config + "network-config.protocols.protocol.";
    return listener
        + "http-listener.address="
        + http.address()
        + "\n"
        + listener
        + "https-listener.address="
        + https.address()
        + "\n"
        + protocol
        + "http-listener.http.http2-enabled="
        + http.http2()
        + "\n"
        + protocol
        + "https-listener.http.http2-enabled="
        + https.http2()
        + "\n"
        + protocol
        + "http-listener.http.server-header=false\n" // what runs here is nobody's business
        + protocol
        + "https-listener.http.server-header=false\n"
        + config
        + "hazelcast-config-specific-configuration.enabled=false\n";
  }
}

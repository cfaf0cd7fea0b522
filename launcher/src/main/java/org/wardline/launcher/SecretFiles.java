package org.wardline.launcher;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/**
 * Secrets of this installation: made at first start, readable by their owner only, in no
 * repository.
 */
final class SecretFiles {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final Path folder;
  private final Path demoFolder;

  SecretFiles(Installation installation) {
    folder = installation.folder("secrets");
    demoFolder = installation.folder("demo/keys");
    restrict(folder);
    restrict(demoFolder);
  }

  /** File with a password. */
  Path password(String name) {
    return kept(folder.resolve(name + ".password"), () -> random(32));
  }

  /** Folder that the application server reads its own secrets from, by their names. */
  Path serverFolder() {
    Path server = folder.resolve("server");
    try {
      Files.createDirectories(server);
      restrict(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String password = read(password("db-wardline_app"));
    kept(server.resolve("wardline.db.password"), () -> password);
    return server;
  }

  String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** File with the key ring that wraps all data keys. */
  Path keyRing() {
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    String ring =
        "{\"current\":\"k1\",\"keys\":[{\"id\":\"k1\",\"key\":\""
            + Base64.getEncoder().encodeToString(key)
            + "\"}]}";
    return kept(folder.resolve("keyring.json"), () -> ring);
  }

  /** File with a client's private key as JWK. */
  Path clientKey(String client) {
    return kept(
        folder.resolve(client + ".jwk.json"), () -> jwk(client, Curve.P_256, JWSAlgorithm.ES256));
  }

  /** File with a demo client's private key as JWK (ES384, SMART Backend Services). */
  Path demoKey(String client) {
    return kept(
        demoFolder.resolve(client + ".jwk.json"),
        () -> jwk(client, Curve.P_384, JWSAlgorithm.ES384));
  }

  /** The public half as a JWKS. */
  String publicKeys(Path key) {
    return new JWKSet(parse(key).toPublicJWK()).toString();
  }

  ECKey parse(Path key) {
    try {
      return JWK.parse(read(key)).toECKey();
    } catch (ParseException e) {
      throw new LauncherException(key + " holds no key: remove it, and start with --fresh.");
    }
  }

  /** Key store with the key and certificate of this machine. */
  Path keyStore() {
    return keyStore("https", "CN=localhost");
  }

  /** Key store of the client by which {@code hl7 send --tls} proves itself. */
  Path engineKeyStore() {
    return keyStore("engine", "CN=wardline-engine");
  }

  /** Made by the JDK's keytool. */
  private synchronized Path keyStore(String name, String subject) {
    Path store = folder.resolve(name + ".p12");
    if (Files.exists(store)) {
      return store;
    }
    keytool(
        "-genkeypair",
        "-alias",
        "wardline",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-validity",
        "825",
        "-dname",
        subject,
        "-ext",
        "SAN=dns:localhost,ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass:file",
        password(name).toString());
    try {
      Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return store;
  }

  /**
   * File with a certificate in PEM.
   *
   * @param name {@code https} for this machine, {@code engine} for the client
   */
  synchronized Path certificate(String name) {
    Path file = folder.resolve(name + ".pem");
    if (!Files.exists(file)) {
      Path store = name.equals("https") ? keyStore() : engineKeyStore();
      keytool(
          "-exportcert",
          "-rfc",
          "-alias",
          "wardline",
          "-keystore",
          store.toString(),
          "-storepass:file",
          password(name).toString(),
          "-file",
          file.toString());
    }
    return file;
  }

  private static void keytool(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new LauncherException("The certificate cannot be made: " + said.strip());
      }
    } catch (IOException e) {
      throw new LauncherException("keytool of the JDK cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LauncherException("The start was interrupted.");
    }
  }

  static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private static String jwk(String name, Curve curve, JWSAlgorithm algorithm) {
    try {
      String id = name + "-" + random(6);
      return new ECKeyGenerator(curve)
          .keyID(id)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(algorithm)
          .generate()
          .toJSONString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Parts start side by side and ask for the same secret: one makes it, the others find it whole.
   */
  private static synchronized Path kept(Path file, Supplier<String> content) {
    if (Files.exists(file)) {
      return file;
    }
    try {
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      Files.createFile(file, mode);
      Files.writeString(file, content.get(), StandardOpenOption.WRITE);
      return file;
    } catch (IOException e) {
      throw new LauncherException(
          "The secret " + file + " cannot be written: check the rights of its folder.");
    }
  }

  private static void restrict(Path folder) {
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

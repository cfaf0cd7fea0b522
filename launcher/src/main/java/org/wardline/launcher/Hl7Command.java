package org.wardline.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline hl7 send FILE…}. */
@Command(name = "hl7", description = "HL7 v2 tools.", subcommands = Hl7Command.Send.class)
@SuppressWarnings("NullAway.Init")
final class Hl7Command {
  @ParentCommand private Wardline wardline;

  /** Sends messages and prints each answer. */
  @Command(
      name = "send",
      description =
          "Sends HL7 v2 messages over MLLP and prints each answer; exit status 1 when one was refused.")
  static final class Send implements Callable<Integer> {
    @ParentCommand private Hl7Command hl7;
    @Spec private CommandSpec spec;

    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description = "Files with one or more messages")
    private List<Path> files;

    @Option(names = "--host", description = "Receiver; default: this machine")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "Port; default: that of this installation")
    private int port;

    @Option(names = "--tls", description = "Over TLS, with a client certificate")
    private boolean tls;

    @Option(
        names = "--key-store",
        paramLabel = "FILE",
        description = "PKCS12 with the client's key; default: the one of this installation")
    private @Nullable Path keyStore;

    @Option(
        names = "--key-store-password-file",
        paramLabel = "FILE",
        description = "File with its password")
    private @Nullable Path passwordFile;

    @Option(
        names = "--trust",
        paramLabel = "FILE",
        description = "PEM with the receiver's certificate; default: that of this installation")
    private @Nullable Path trust;

    @Option(
        names = "--timeout",
        description = "Longest wait for an answer in seconds; default: ${DEFAULT-VALUE}")
    private int timeout = 30;

    @Override
    public Integer call() {
      Installation installation = hl7.wardline.started();
      int to = port == 0 ? installation.port(tls ? "mllps" : "mllp") : port;
      PrintWriter out = spec.commandLine().getOut();
      boolean refused = false;
      for (Path file : files) {
        List<byte[]> messages = Hl7Files.messages(file);
        if (messages.isEmpty()) {
          throw new LauncherException("The file " + file + " holds no message.");
        }
        for (byte[] message : messages) {
          MllpClient.Reply reply = send(message, to);
          out.println(reply.text().replace("\r", "\n").strip() + "\n");
          out.flush();
          refused |= !reply.positive();
        }
      }
      return refused ? 1 : 0;
    }

    private Socket socket() throws IOException {
      if (!tls) {
        return new Socket();
      }
      var secrets = new SecretFiles(hl7.wardline.started());
      Path store = keyStore == null ? secrets.engineKeyStore() : keyStore;
      Path password = passwordFile == null ? secrets.password("engine") : passwordFile;
      Path trusted = trust == null ? secrets.certificate("https") : trust;
      return new MllpTlsClient(store, secrets.read(password), trusted).socket();
    }

    private MllpClient.Reply send(byte[] message, int to) {
      try (var client = new MllpClient(socket(), host, to, Duration.ofSeconds(timeout))) {
        return client.send(message);
      } catch (java.net.SocketTimeoutException e) {
        throw new LauncherException(
            "No answer came within "
                + timeout
                + " s (a message may ask for none in MSH-15 and MSH-16).");
      } catch (IOException e) {
        throw new LauncherException(
            "Sending to " + host + ":" + to + " failed: " + e.getMessage() + ".");
      }
    }
  }
}

package org.wardline.intake.hl7v2;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.setting.Settings;

/**
 * Listens for HL7 v2 over MLLP. One thread for each connection, one message outstanding on each.
 * When a message could not be kept – the database is away – the connection is closed without an
 * answer: engines then send again, while they park what is refused.
 */
@Singleton
@Startup
@DependsOn({"Migrator", "Arrivals"})
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class MllpListener {
  private static final Logger LOG = LoggerFactory.getLogger(MllpListener.class);

  @Resource private ManagedThreadFactory threads;
  @Inject private Settings settings;
  @Inject private Hl7Intake intake;

  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<ServerSocket> servers = new ArrayList<>();
  private volatile boolean running;

  @PostConstruct
  void start() {
    try {
      int port = settings.number("wardline.mllp.port");
      if (port >= 0) {
        listen(new ServerSocket(), port, "MLLP");
      }
      int secure = settings.number("wardline.mllps.port");
      if (secure >= 0 && MllpTls.configured(settings)) {
        listen(MllpTls.server(settings), secure, "MLLP over TLS");
      }
    } catch (IOException e) {
      stop();
      throw new UncheckedIOException("MLLP cannot listen", e);
    }
  }

  private void listen(ServerSocket socket, int port, String name) throws IOException {
    servers.add(socket);
    var address = InetAddress.getByName(settings.text("wardline.mllp.address"));
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address, port), 128);
    running = true;
    threads.newThread(() -> accept(socket)).start();
    LOG.info("{} listens on {} port {}", name, address.getHostAddress(), socket.getLocalPort());
  }

  @PreDestroy
  void stop() {
    running = false;
    servers.forEach(MllpListener::close);
    connections.forEach(MllpListener::close);
  }

  private void accept(ServerSocket listening) {
    int most = settings.number("wardline.mllp.max-connections");
    while (running) {
      try {
        Socket socket = listening.accept();
        if (connections.size() >= most) {
          LOG.warn("MLLP: a connection above the limit of {} was closed", most);
          close(socket);
        } else {
          connections.add(socket);
          threads.newThread(() -> serve(socket)).start();
        }
      } catch (IOException e) {
        if (running) {
          LOG.warn("MLLP: accepting failed: {}", e.getMessage());
        }
      }
    }
  }

  private void serve(Socket socket) {
    String address = socket.getInetAddress().getHostAddress();
    try {
      Peer peer = MllpTls.accept(socket);
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      Duration idle = settings.duration("wardline.mllp.idle-timeout");
      Duration complete = settings.duration("wardline.mllp.message-timeout");
      var frames =
          new MllpFrames(socket, settings.number("wardline.mllp.max-bytes"), idle, complete);
      boolean open = true;
      for (Optional<MllpFrames.Frame> frame = frames.next();
          open && frame.isPresent();
          frame = open ? frames.next() : frame) {
        open = answer(frames, frame.get(), peer);
      }
    } catch (SocketTimeoutException e) {
      LOG.info("MLLP: a connection of {} was closed: nothing came in time", address);
    } catch (IOException e) {
      LOG.info("MLLP: a connection of {} ended: {}", address, e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn(
          "MLLP: a message of {} could not be kept; closed without an answer: {}",
          address,
          e.getClass().getSimpleName());
    } finally {
      connections.remove(socket);
      close(socket);
    }
  }

  /** Answers one message; false when the connection must end. */
  private boolean answer(MllpFrames frames, MllpFrames.Frame frame, Peer peer) throws IOException {
    List<byte[]> answers =
        frame.tooLong()
            ? intake.refuse(
                header(frame.content()),
                Hl7Fault.reject("", Hl7Fault.INTERNAL, "The message is longer than the limit"),
                peer)
            : intake.receive(frame.content(), peer);
    for (byte[] answer : answers) {
      frames.send(answer);
    }
    return !frame.tooLong();
  }

  private static @Nullable Msh header(byte[] beginning) {
    try {
      return Msh.read(beginning);
    } catch (Hl7FaultException e) {
      return null;
    }
  }

  private static void close(@Nullable AutoCloseable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (Exception e) {
      LOG.debug("closing failed: {}", e.getMessage());
    }
  }
}

package org.wardline.bench;

import ca.uhn.hl7v2.AcknowledgmentCode;
import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.app.HL7Service;
import ca.uhn.hl7v2.llp.MinLowerLayerProtocol;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.protocol.ReceivingApplication;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.util.idgenerator.InMemoryIDGenerator;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mllp.MllpConstants;
import org.apache.camel.impl.DefaultCamelContext;

/** The peers. Prints its port, and works until it is stopped. */
public final class PeerProgram {
  private PeerProgram() {}

  /** Which peer. */
  enum Kind {
    ACK("limit: bare acknowledge loop", false),
    CAMEL_RAW("Camel MLLP, raw, insert, ACK", true),
    CAMEL_PARSE("Camel MLLP, parse, insert, ACK", true),
    HAPI("HAPI HL7v2 server, parse, ACK, nothing kept", false);

    private final String title;
    private final boolean keeps;

    Kind(String title, boolean keeps) {
      this.title = title;
      this.keeps = keeps;
    }

    String title() {
      return title;
    }

    boolean keeps() {
      return keeps;
    }
  }

  /** Entry point: the kind. */
  public static void main(String[] arguments) throws Exception {
    int port = freePort();
    switch (Kind.valueOf(arguments[0])) {
      case ACK -> acknowledge(port);
      case CAMEL_RAW -> camel(port, false);
      case CAMEL_PARSE -> camel(port, true);
      case HAPI -> hapi(port);
    }
    System.out.println(port);
    Thread.currentThread().join();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** One connection of the database for each thread, as a pool would give it. */
  private static final ThreadLocal<Connection> CONNECTION =
      ThreadLocal.withInitial(
          () -> {
            try {
              Connection connection =
                  DriverManager.getConnection(
                      System.getenv("PEER_DB_URL"), "postgres", System.getenv("PEER_DB_PASSWORD"));
              connection.setAutoCommit(false);
              return connection;
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });

  private static void camel(int port, boolean parse) throws Exception {
    var context = new DefaultCamelContext();
    var parser = new DefaultHapiContext(ValidationContextFactory.noValidation()).getPipeParser();
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("mllp://127.0.0.1:" + port + "?maxConcurrentConsumers=64&autoAck=true")
                .process(exchange -> keep(exchange, parse ? parser : null));
          }
        });
    context.start();
  }

  private static void keep(Exchange exchange, @org.jspecify.annotations.Nullable PipeParser parser)
      throws HL7Exception, SQLException {
    String id = exchange.getIn().getHeader(MllpConstants.MLLP_MESSAGE_CONTROL, String.class);
    if (parser != null) {
      Message message = parser.parse(exchange.getIn().getBody(String.class));
      id = new Terser(message).get("/MSH-10");
    }
    BenchTables.write(CONNECTION.get(), List.of(id));
  }

  private static void hapi(int port) throws InterruptedException {
    HapiContext context = new DefaultHapiContext(ValidationContextFactory.noValidation());
    context.setLowerLayerProtocol(new MinLowerLayerProtocol());
    // its default writes a file into the folder it was started in
    context.getParserConfiguration().setIdGenerator(new InMemoryIDGenerator());
    HL7Service service = context.newServer(port, false);
    service.registerApplication(
        new ReceivingApplication<Message>() {
          @Override
          public Message processMessage(Message message, Map<String, Object> metadata)
              throws HL7Exception {
            try {
              return message.generateACK(AcknowledgmentCode.AA, null);
            } catch (IOException e) {
              throw new HL7Exception(e);
            }
          }

          @Override
          public boolean canProcess(Message message) {
            return true;
          }
        });
    service.startAndWait();
  }

  private static void acknowledge(int port) throws IOException {
    var listener = new ServerSocket(port, 64, InetAddress.getLoopbackAddress());
    var acceptor =
        new Thread(
            () -> {
              while (!listener.isClosed()) {
                try {
                  Socket socket = listener.accept();
                  socket.setTcpNoDelay(true);
                  new Thread(() -> answer(socket)).start();
                } catch (IOException e) {
                  return;
                }
              }
            });
    acceptor.start();
  }

  private static void answer(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 8192);
      OutputStream out = socket.getOutputStream();
      var frame = new ByteArrayOutputStream(4096);
      int last = 0;
      for (int next = in.read(); next >= 0; next = in.read()) {
        frame.write(next);
        if (last == 0x1C && next == 0x0D) {
          String id = frame.toString(StandardCharsets.UTF_8).split("\\|", 11)[9];
          frame.reset();
          out.write(
              ("\u000bMSH|^~\\&|B|B|B|B|20261101||ACK|A|P|2.5.1\rMSA|AA|" + id + "\r\u001c\r")
                  .getBytes(StandardCharsets.UTF_8));
        }
        last = next;
      }
    } catch (IOException e) {
      return; // the load is over
    }
  }
}

package org.wardline.hospital;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.llp.MinLLPReader;
import ca.uhn.hl7v2.llp.MinLLPWriter;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.GenericParser;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hospital's MLLP receiver, on HAPI's parser and framing (HAPI's own server cannot be bound to
 * one address). A control id that comes again gets the same answer, and is kept once.
 */
final class MllpReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(MllpReceiver.class);
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private final Shelf shelf;
  private final Behaviour behaviour;
  private final GenericParser parser;
  private final Map<String, Long> numbers = new HashMap<>();
  private final ServerSocket server;

  MllpReceiver(String address, int port, Shelf shelf, Behaviour behaviour) throws IOException {
    this.shelf = shelf;
    this.behaviour = behaviour;
    var context = new DefaultHapiContext(new GenericModelClassFactory());
    context.setValidationContext(ValidationContextFactory.noValidation());
    this.parser = context.getGenericParser();
    this.server = new ServerSocket(port, 64, InetAddress.getByName(address));
    shelf.each((number, text) -> numbers.put(controlId(text), number));
  }

  int port() {
    return server.getLocalPort();
  }

  void start() {
    daemon(this::accept);
  }

  /** All messages that were kept, in order. */
  List<String> messages() {
    return new ArrayList<>(shelf.all());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (behaviour.shown() == Behaviour.Mode.REFUSE
            && behaviour.next() == Behaviour.Mode.REFUSE) {
          socket.close();
        } else {
          daemon(() -> serve(socket));
        }
      } catch (IOException e) {
        LOG.warn("accepting failed: {}", e.getMessage());
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var reader = new MinLLPReader(socket.getInputStream(), StandardCharsets.UTF_8);
      var writer = new MinLLPWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
      for (String text = reader.getMessage(); text != null; text = reader.getMessage()) {
        if (!answer(text, writer)) {
          return;
        }
      }
    } catch (IOException | ca.uhn.hl7v2.llp.LLPException | HL7Exception e) {
      LOG.info("a connection ended: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when the connection is to be cut. */
  private boolean answer(String text, MinLLPWriter writer)
      throws IOException, HL7Exception, InterruptedException, ca.uhn.hl7v2.llp.LLPException {
    Behaviour.Mode mode = behaviour.next();
    switch (mode) {
      case HANG -> waitFor(TimeUnit.MINUTES.toMillis(5));
      case DROP, REFUSE -> {
        return false;
      }
      case ERROR ->
          writer.writeMessage(acknowledge(text, "AE", "102", "told to answer with an error"));
      case REJECT -> writer.writeMessage(acknowledge(text, "AR", "200", "told to reject"));
      case BUSY -> writer.writeMessage(acknowledge(text, "AE", "206", "record locked"));
      default -> {
        if (mode == Behaviour.Mode.STRANGER) {
          String stranger = acknowledge(text, "AA", "", "for another message");
          writer.writeMessage(stranger.replace("|" + controlId(text), "|STRANGER"));
        }
        String reference = "DOC-" + keep(text);
        if (mode == Behaviour.Mode.LATE) {
          waitFor(behaviour.delay().toMillis());
        }
        writer.writeMessage(acknowledge(text, "AA", "", reference));
      }
    }
    return true;
  }

  private synchronized long keep(String text) {
    return numbers.computeIfAbsent(controlId(text), id -> shelf.keep(text));
  }

  private String acknowledge(String text, String code, String error, String said)
      throws IOException, HL7Exception {
    Message ack;
    try {
      ack = parser.parse(text).generateACK();
    } catch (HL7Exception e) {
      return "MSH|^~\\&|HOSPITAL||||||ACK|1|P|2.5.1\rMSA|AR||unreadable\r";
    }
    var terser = new Terser(ack);
    terser.set("/.MSA-1", code);
    terser.set("/.MSA-3", said);
    String written = parser.encode(ack);
    return error.isEmpty()
        ? written
        : written + "ERR||MSH^1|" + error + "^told so^HL70357|E||||" + said + "\r";
  }

  private static String controlId(String text) {
    String[] fields = text.split("\\|", 12);
    return fields.length > 9 ? fields[9] : "";
  }

  private static void waitFor(long millis) throws InterruptedException {
    if (NEVER.await(millis, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the latch is never opened");
    }
  }

  private static void daemon(Runnable work) {
    var thread = new Thread(work, "mllp-receiver");
    thread.setDaemon(true);
    thread.start();
  }
}

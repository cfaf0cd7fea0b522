package org.wardline.intake.hl7v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditTrail;
import org.wardline.crypto.Seal;
import org.wardline.intake.hl7v2.InboundStore.Name;
import org.wardline.intake.hl7v2.Sources.Source;
import org.wardline.mapping.hl7.EventMapper;
import org.wardline.mapping.hl7.Hl7Batch;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * Takes one HL7 v2 message: checks and reads it on the caller's thread, and hands it to the {@link
 * ArrivalQueue}, where what many connections sent is kept together. The answer is given after the
 * commit, and never when the commit failed.
 */
@Singleton
public class Hl7Intake {
  private static final Pattern VERSIONS = Pattern.compile("2\\.[1-8](\\.\\d){0,2}");
  private static final int LONGEST_CONTROL_ID = 199;

  private final Settings settings;
  private final Keys keys;
  private final Sources sources;
  private final ArrivalQueue arrivals;
  private final AuditTrail audit;

  @Inject
  public Hl7Intake(
      Settings settings, Keys keys, Sources sources, ArrivalQueue arrivals, AuditTrail audit) {
    this.settings = settings;
    this.keys = keys;
    this.sources = sources;
    this.arrivals = arrivals;
    this.audit = audit;
  }

  /**
   * Takes what came in one frame: a message, or a batch of them (FHS or BHS; HL7 v2.5.1 section
   * 2.10.3), which is answered item by item in one batch of acknowledgments.
   *
   * @param raw the content of one MLLP frame
   * @param peer who sends it
   * @return the frames to send, in order; empty when the sender asked for none
   * @throws RuntimeException when something of it could not be kept: then there is no answer, and
   *     what was kept is not done twice when it comes again
   */
  public List<byte[]> receive(byte[] raw, Peer peer) {
    Optional<Hl7Batch> batch = Hl7Batch.read(raw);
    if (batch.isEmpty()) {
      return receiveOne(raw, peer);
    }
    List<byte[]> answers = new ArrayList<>();
    for (byte[] item : batch.get().items()) {
      answers.addAll(receiveOne(item, peer));
    }
    return List.of(batch.get().answer(answers));
  }

  /**
   * Takes a message.
   *
   * @param raw the message as it came
   * @param peer who sends it
   * @return the acknowledgments to send, in order; empty when the sender asked for none
   * @throws RuntimeException when it could not be kept: then there is no answer
   */
  private List<byte[]> receiveOne(byte[] raw, Peer peer) {
    Msh msh = null;
    try {
      msh = Msh.read(raw);
      refuseNul(raw);
      Source source = check(msh, peer);
      var name =
          new Name(
              settings.organization(),
              source.controlIdScope(msh),
              msh.controlId(),
              Seal.digest(raw));
      Arrival arrival = Arrival.unread(msh, source, name, raw, peer.address());
      return arrivals.submit(
          keptFirst(msh, source) || !EventMapper.knows(msh.messageType())
              ? arrival
              : arrival.read());
    } catch (Hl7FaultException e) {
      return refuse(msh, e.fault(), peer);
    }
  }

  /**
   * Kept and answered before it is processed: as the source is set, or because its sender asked for
   * an accept acknowledgment and no further one on success (HL7 v2.5.1 section 2.9.3).
   */
  static boolean keptFirst(Msh msh, Source source) {
    return switch (source.acknowledge()) {
      case KEPT, ARCHIVED -> true;
      case PROCESSED ->
          msh.enhanced()
              && Replies.asked(msh.field(15), true)
              && !Replies.asked(msh.field(16), true);
    };
  }

  /** What is refused without reading it as a whole. */
  public List<byte[]> refuse(@Nullable Msh msh, Hl7Fault fault, Peer peer) {
    String sender =
        msh == null || msh.field(3).isBlank() ? "unknown" : msh.component(3, 1).replace("\0", "");
    audit.recordSystem(
        settings.organization(),
        AuditAct.INTERFACE_RECEIVED,
        Outcome.REFUSED,
        fault.summary(),
        AuditTrail.system(sender, peer.address()),
        List.of());
    return new Replies(keys).negative(msh, fault);
  }

  /** The database keeps no NUL; such a message would come again and again. */
  private static void refuseNul(byte[] raw) throws Hl7FaultException {
    for (byte b : raw) {
      if (b == 0) {
        throw fault(Hl7Fault.error("", Hl7Fault.DATA_TYPE, "The message holds a NUL character"));
      }
    }
  }

  private Source check(Msh msh, Peer peer) throws Hl7FaultException {
    if (msh.messageType().isEmpty()) {
      throw fault(
          Hl7Fault.reject("MSH^1^9", Hl7Fault.REQUIRED_MISSING, "MSH-9 message type is missing"));
    }
    if (msh.controlId().isEmpty() || msh.controlId().length() > LONGEST_CONTROL_ID) {
      throw fault(
          Hl7Fault.reject(
              "MSH^1^10", Hl7Fault.REQUIRED_MISSING, "MSH-10 control id is missing or too long"));
    }
    if (!VERSIONS.matcher(msh.version()).matches()) {
      throw fault(
          Hl7Fault.reject(
              "MSH^1^12", Hl7Fault.UNSUPPORTED_VERSION, "Versions 2.1 to 2.8.2 are supported"));
    }
    Source source =
        sources
            .of(msh, peer)
            .orElseThrow(
                () ->
                    fault(
                        Hl7Fault.reject(
                            "MSH^1^3",
                            "204",
                            "This sending application and facility may not be spoken for here")));
    if (!EventMapper.knows(msh.messageType()) && !keptUnread(source)) {
      throw fault(
          Hl7Fault.reject(
              "MSH^1^9", Hl7Fault.UNSUPPORTED_TYPE, "This message type is not supported"));
    }
    if (msh.messageType().equals("MFN") && !source.staff()) {
      throw fault(
          Hl7Fault.reject(
              "MSH^1^9", Hl7Fault.UNSUPPORTED_TYPE, "This source may not tell who works here"));
    }
    if (!EventMapper.understands(msh)
        && !keptUnread(source)
        && source.unknownEvents() == Sources.UnknownEvent.REFUSE) {
      throw fault(
          Hl7Fault.reject("MSH^1^9", Hl7Fault.UNSUPPORTED_EVENT, "This event is not supported"));
    }
    return source;
  }

  private static boolean keptUnread(Source source) {
    return source.acknowledge() == Sources.Acknowledge.ARCHIVED
        || source.unknown() == Sources.Unknown.KEEP;
  }

  private static Hl7FaultException fault(Hl7Fault fault) {
    return new Hl7FaultException(fault);
  }
}

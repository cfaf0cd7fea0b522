package org.wardline.intake.hl7v2;

import jakarta.ejb.Schedule;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditTrail;
import org.wardline.crypto.Seal;
import org.wardline.intake.hl7v2.InboundStore.Name;
import org.wardline.intake.hl7v2.Sources.Source;
import org.wardline.mapping.hl7.AdtMapper;
import org.wardline.mapping.hl7.AdtMapper.AdtEvent;
import org.wardline.mapping.hl7.CharacterSets;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.mapping.hl7.Segments;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.message.EncounterDetails;
import org.wardline.message.Mapped;
import org.wardline.message.PatientDemographics;
import org.wardline.patient.PatientIndex;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * Takes one HL7 v2 message: raw message, patient, encounter, audit record and the answer are kept
 * in one transaction. The caller sends the answer after the commit, and never when the commit
 * failed.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Hl7Intake {
  private static final Pattern VERSIONS = Pattern.compile("2\\.[3-8](\\.\\d){0,2}");
  private static final Set<String> EVENTS = Set.of("A01", "A04", "A08");
  private static final int LONGEST_CONTROL_ID = 199;
  private static final String REVIEWER = "administrator";

  @Inject private Settings settings;
  @Inject private Keys keys;
  @Inject private Sources sources;
  @Inject private InboundStore store;
  @Inject private PatientIndex index;
  @Inject private AuditTrail audit;

  /**
   * Takes a message.
   *
   * @param raw the content of one MLLP frame
   * @param peer network address of the sender
   * @return the acknowledgments to send, in order; empty when the sender asked for none
   */
  public List<byte[]> receive(byte[] raw, String peer) {
    Msh msh = null;
    try {
      msh = Msh.read(raw);
      refuseNul(raw);
      Source source = check(msh);
      String text = CharacterSets.decode(raw, CharacterSets.named(msh.characterSet()));
      return take(new Frame(msh, source, raw, peer), Segments.parse(text, msh));
    } catch (Hl7FaultException e) {
      return refuse(msh, e.fault(), peer);
    }
  }

  /** What is refused without reading it as a whole. */
  public List<byte[]> refuse(@Nullable Msh msh, Hl7Fault fault, String peer) {
    String sender =
        msh == null || msh.field(3).isBlank() ? "unknown" : msh.component(3, 1).replace("\0", "");
    audit.recordSystem(
        settings.organization(),
        AuditAct.INTERFACE_RECEIVED,
        Outcome.REFUSED,
        fault.acknowledgment() + " " + fault.code() + " " + fault.location() + " " + fault.text(),
        AuditTrail.system(sender, peer),
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

  private record Frame(Msh msh, Source source, byte[] raw, String peer) {}

  private Source check(Msh msh) throws Hl7FaultException {
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
              "MSH^1^12", Hl7Fault.UNSUPPORTED_VERSION, "Versions 2.3 to 2.8 are supported"));
    }
    if (!msh.messageType().equals("ADT")) {
      throw fault(
          Hl7Fault.reject(
              "MSH^1^9", Hl7Fault.UNSUPPORTED_TYPE, "This message type is not supported"));
    }
    if (!EVENTS.contains(msh.triggerEvent())) {
      throw fault(
          Hl7Fault.reject("MSH^1^9", Hl7Fault.UNSUPPORTED_EVENT, "This event is not supported"));
    }
    Optional<Source> source = sources.of(msh);
    if (source.isEmpty()) {
      throw fault(Hl7Fault.reject("MSH^1^3", "204", "This sending application is not known here"));
    }
    return source.get();
  }

  private List<byte[]> take(Frame frame, Segments segments) throws Hl7FaultException {
    var window = settings.duration("wardline.hl7.duplicate-window");
    var name =
        new Name(
            settings.organization(),
            frame.source().controlIdScope(frame.msh()),
            frame.msh().controlId(),
            Seal.digest(frame.raw()));
    store.hold(name);
    Optional<List<byte[]>> before = store.answered(name, window);
    if (before.isPresent()) {
      return before.get();
    }
    var warnings = new ArrayList<Hl7Fault>();
    if (store.controlIdUsed(name, window)) {
      if (frame.source().strictControlIds()) {
        throw fault(
            Hl7Fault.reject(
                "MSH^1^10",
                Hl7Fault.DUPLICATE_KEY,
                "This control id was used for another message"));
      }
      warnings.add(
          Hl7Fault.error(
              "MSH^1^10",
              Hl7Fault.DUPLICATE_KEY,
              "This control id was used for another message; taken as new"));
    }
    Mapped<AdtEvent> mapped =
        AdtMapper.map(segments, frame.source().authority(), frame.source().zone());
    mapped.problems().forEach(p -> warnings.add(Hl7Fault.error(p.location(), p.code(), p.text())));
    return process(frame, name, mapped.value(), warnings);
  }

  private List<byte[]> process(Frame frame, Name name, AdtEvent event, List<Hl7Fault> warnings) {
    PatientDemographics patient = event.patient();
    EncounterDetails encounter = event.encounter();
    if (patient == null) {
      return keepForReview(frame, name, "no patient identifier", warnings);
    }
    PatientIndex.Outcome outcome =
        index.keep(name.organization(), patient, encounter == null ? "" : encounter.location());
    if (outcome instanceof PatientIndex.Outcome.Conflict) {
      warnings.add(
          Hl7Fault.error(
              "PID^1^3",
              Hl7Fault.DUPLICATE_KEY,
              "The identifiers belong to several patients; kept for review"));
      return keepForReview(frame, name, "identifiers of several patients", warnings);
    }
    if (outcome instanceof PatientIndex.Outcome.Nameless) {
      warnings.add(
          Hl7Fault.error(
              "PID^1^3",
              Hl7Fault.REQUIRED_MISSING,
              "No identifier names one person; kept for review"));
      return keepForReview(frame, name, "no identifier that names one person", warnings);
    }
    var kept = (PatientIndex.Outcome.Kept) outcome;
    if (encounter != null) {
      index.keepEncounter(name.organization(), kept.patient(), encounter);
    }
    List<byte[]> answers = new Replies(keys).positive(frame.msh(), warnings);
    UUID inbound = store.keep(name, frame.msh(), frame.raw(), "processed", answers);
    var about =
        new Entity.Data(
            "Patient/" + kept.patient(), List.of(new Detail("inbound", inbound.toString(), false)));
    record(
        frame,
        kept.created() ? AuditAct.PATIENT_CREATED : AuditAct.PATIENT_UPDATED,
        List.of(new Entity.Patient(kept.patient()), about));
    recordReceived(frame, inbound, List.of(new Entity.Patient(kept.patient())));
    return answers;
  }

  /** Nothing that we acknowledge is without an owner. */
  private List<byte[]> keepForReview(
      Frame frame, Name name, String reason, List<Hl7Fault> warnings) {
    List<byte[]> answers = new Replies(keys).positive(frame.msh(), warnings);
    UUID inbound = store.keep(name, frame.msh(), frame.raw(), "review", answers);
    store.review(name.organization(), inbound, reason, REVIEWER);
    recordReceived(frame, inbound, List.of());
    return answers;
  }

  private void recordReceived(Frame frame, UUID inbound, List<Entity> further) {
    var entities = new ArrayList<>(further);
    var details =
        List.of(
            new Detail("control-id", frame.msh().controlId(), false),
            new Detail(
                "message-type",
                frame.msh().messageType() + "^" + frame.msh().triggerEvent(),
                false));
    entities.add(new Entity.Data("urn:uuid:" + inbound, details));
    record(frame, AuditAct.INTERFACE_RECEIVED, entities);
  }

  private void record(Frame frame, AuditAct act, List<Entity> entities) {
    audit.recordSystem(
        settings.organization(),
        act,
        Outcome.SUCCESS,
        "",
        AuditTrail.system(frame.source().name(), frame.peer()),
        entities);
  }

  /** Daily: the duplicate check needs no more than its window. */
  @Schedule(hour = "3", persistent = false)
  void prune() {
    store.prune(settings.duration("wardline.hl7.duplicate-window"));
  }

  private static Hl7FaultException fault(Hl7Fault fault) {
    return new Hl7FaultException(fault);
  }
}

package org.wardline.compose;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.mailbox.HeldConversation;
import org.wardline.mailbox.Mailbox.Place;
import org.wardline.mailbox.Mailbox.SenderName;
import org.wardline.patient.PatientSummary;
import org.wardline.routing.Routes;
import org.wardline.store.RowBatch;

/**
 * What a batch of submissions speaks of, as it was found in the batch's transaction, and what the
 * batch writes. Not for use by two threads.
 */
final class Transcript {
  private final Recipients recipients;
  private final Map<SenderName, Place> named;
  private final Map<UUID, HeldConversation> held;
  private final Map<UUID, PatientSummary> patients;
  private final Map<UUID, Place> answered;
  private final Routing routing;
  private final RowBatch rows;
  private final Map<UUID, HeldConversation> changed = new LinkedHashMap<>();

  Transcript(
      Recipients recipients,
      Map<SenderName, Place> named,
      Map<UUID, HeldConversation> held,
      Map<UUID, PatientSummary> patients,
      Map<UUID, Place> answered,
      Routing routing,
      RowBatch rows) {
    this.recipients = recipients;
    this.named = new HashMap<>(named);
    this.held = held;
    this.patients = patients;
    this.answered = answered;
    this.routing = routing;
    this.rows = rows;
  }

  /**
   * The rules by which messages are filed, and the classes of stays when a rule asks for them.
   *
   * @param classes PV1-2 by patient
   */
  record Routing(Routes routes, Map<UUID, String> classes) {}

  Routes routes() {
    return routing.routes();
  }

  /** Empty when he has no stay under way, or no rule asks for it. */
  String patientClass(UUID patient) {
    return routing.classes().getOrDefault(patient, "");
  }

  Recipients recipients() {
    return recipients;
  }

  RowBatch rows() {
    return rows;
  }

  /** The message to which the sender gave that name before, also in this batch; else null. */
  @Nullable Place named(SenderName name) {
    return named.get(name);
  }

  void name(SenderName name, Place place) {
    named.put(name, place);
  }

  Optional<HeldConversation> conversation(UUID id) {
    return Optional.ofNullable(held.get(id));
  }

  Optional<PatientSummary> patient(UUID id) {
    return Optional.ofNullable(patients.get(id));
  }

  /** True when that message is in that conversation. */
  boolean contains(UUID conversation, UUID message) {
    Place place = answered.get(message);
    return place != null && place.conversationId().equals(conversation);
  }

  void change(HeldConversation conversation) {
    changed.put(conversation.id(), conversation);
  }

  Collection<HeldConversation> changed() {
    return changed.values();
  }
}

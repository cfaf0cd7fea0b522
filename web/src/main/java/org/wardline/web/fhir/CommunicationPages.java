package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Communication;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.message.Actor;
import org.wardline.reading.ChangeOrder;
import org.wardline.reading.Communications;
import org.wardline.reading.MessageQuery;
import org.wardline.reading.Threads;
import org.wardline.store.Keys;

/** Pages of messages, and of the conversations that they belong to. */
@Singleton
@SuppressWarnings("NullAway.Init")
public class CommunicationPages {
  private final Keys keys;

  @EJB private Communications communications; // not @Inject: see docs/performance.md
  @EJB private Threads threads;

  @Inject
  public CommunicationPages(Keys keys) {
    this.keys = keys;
  }

  /** Messages and headers alike. */
  Bundle byIds(List<UUID> ids, Page page, Actor actor) {
    List<Communication> found = new ArrayList<>();
    communications.find(actor, MessageQuery.of(ids), ids.size(), page.asked()).stream()
        .map(CommunicationMapper::toFhir)
        .forEach(found::add);
    if (found.size() < ids.size()) {
      threads.find(actor, Threads.Query.of(ids), ids.size(), page.asked()).stream()
          .map(CommunicationMapper::threadHeader)
          .forEach(found::add);
    }
    return page.whole(found, now());
  }

  /** Headers of conversations. */
  Bundle headers(Threads.Query query, Page page, Actor actor) {
    requireFew(query, actor);
    return page.bundle(
        threads.find(actor, query, page.limit(), page.asked()).stream()
            .map(CommunicationMapper::threadHeader)
            .toList(),
        now());
  }

  /** Messages, by themselves or in the order of changes. */
  Bundle messages(MessageQuery query, Page page, RequestDetails request) {
    Actor actor = Requests.actor(request);
    ChangeOrder order = page.byChange();
    Bundle bundle =
        order == null
            ? page.bundle(
                resources(communications.find(actor, query, page.limit(), page.asked()), request),
                now())
            : inOrder(query, order, page, request);
    if (SearchExtras.of(request).total()) {
      bundle.setTotal((int) communications.count(actor, query));
    }
    return bundle;
  }

  private Bundle inOrder(MessageQuery query, ChangeOrder order, Page page, RequestDetails request) {
    requireFew(query, keys.now());
    Communications.Changes found =
        communications.find(Requests.actor(request), query, order, page.limit(), page.asked());
    return page.bundle(
        resources(found.messages(), request),
        now(),
        last -> ChangeCursor.after(last, found.places()));
  }

  private static List<Communication> resources(
      List<CommunicationView> found, RequestDetails request) {
    return found.stream().map(view -> KeptResources.communication(view, request)).toList();
  }

  private Date now() {
    return Date.from(keys.now());
  }

  /** All that are meant are looked at to bring them into the order of changes. */
  static void requireFew(MessageQuery query, Instant now) {
    if (!query.sent().equals(MessageQuery.Span.ANY)) {
      throw new InvalidRequestException("What is sorted by _lastUpdated is not asked for by sent.");
    }
    if (!query.bounded(now)) {
      throw new InvalidRequestException(
          "What is sorted by _lastUpdated names a patient, a conversation, a recipient, or a time of"
              + " the last days in _lastUpdated.");
    }
  }

  /** The same of conversations; a person's own are few. */
  private static void requireFew(Threads.Query query, Actor actor) {
    boolean all =
        actor.machine()
            && query.ids().isEmpty()
            && query.patients().isEmpty()
            && query.recipients().isEmpty();
    if (query.byChange() != null && all) {
      throw new InvalidRequestException(
          "Conversations are sorted by _lastUpdated where a patient or a recipient is named.");
    }
  }
}

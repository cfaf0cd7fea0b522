package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Transaction;
import ca.uhn.fhir.rest.annotation.TransactionParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.intake.fhir.AuditFeed.Fed;
import org.wardline.intake.fhir.Claims;
import org.wardline.intake.fhir.ResourceIntake.Stored;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.message.Actor;
import org.wardline.store.Undone;

/**
 * Bundles of type transaction, all or nothing, and batch, each for itself (FHIR R4 section
 * 3.1.0.11): patients, stays and what stands in charts, by POST and PUT, and what is read and
 * searched. A batch may feed audit records, too, and send messages and alerts, which nobody could
 * take back with the rest of a transaction.
 */
@Singleton
public class TransactionProvider {
  /** Kept beside what stands in charts and in the directory. */
  private static final Set<String> FURTHER =
      Set.of("Practitioner", "Patient", "Encounter", "Binary");

  private static final Logger LOG = LoggerFactory.getLogger(TransactionProvider.class);
  private static final int MOST = 500;
  private static final int MOST_READS = 50;

  /** What a transaction wrote stays locked until it has read. */
  private static final int MOST_READS_TOGETHER = 10;

  private final ResourceWriter writer;
  private final AuditEventProvider audit;
  private final EntryRequests requests;
  private final Profiles profiles;
  private final FailedInteractions failed;
  private final FhirFaults faults = new FhirFaults();

  @Inject
  public TransactionProvider(
      ResourceWriter writer,
      AuditEventProvider audit,
      EntryRequests requests,
      Profiles profiles,
      FailedInteractions failed) {
    this.writer = writer;
    this.audit = audit;
    this.requests = requests;
    this.profiles = profiles;
    this.failed = failed;
  }

  /** Keeps what the bundle holds. */
  @Transaction
  public Bundle transaction(@TransactionParam Bundle posted, RequestDetails request) {
    Actor actor = Requests.actor(request);
    bounded(posted);
    if (posted.getType() == BundleType.TRANSACTION) {
      List<BundleEntryComponent> entries = posted.getEntry();
      for (int i = 0; i < entries.size(); i++) {
        if (!reads(entries.get(i))) {
          check(entries.get(i), i);
        }
      }
      for (int i = 0; i < entries.size(); i++) {
        if (!reads(entries.get(i))) {
          profiles.check(entries.get(i).getResource(), actor, "Bundle.entry[" + i + "].resource");
        }
      }
      List<BundleEntryComponent> answers =
          writer.together( // of a copy: references are resolved in it
              actor, claims(entries), () -> all(posted.copy().getEntry(), actor, request));
      if (Requests.wantsRepresentation(request)) {
        answers.forEach(answer -> represent(answer, actor));
      }
      return answer(BundleType.TRANSACTIONRESPONSE, answers);
    }
    if (posted.getType() == BundleType.BATCH) {
      List<BundleEntryComponent> answers = new ArrayList<>();
      Map<BundleEntryComponent, BaseServerResponseException> undone = new LinkedHashMap<>();
      for (int i = 0; i < posted.getEntry().size(); i++) {
        answers.add(one(posted.getEntry().get(i), i, request, undone));
      }
      failed.failed(undone, request);
      return answer(BundleType.BATCHRESPONSE, answers);
    }
    throw new InvalidRequestException("The bundle is neither a transaction nor a batch.");
  }

  private static void bounded(Bundle posted) {
    if (posted.getEntry().size() > MOST) {
      throw new InvalidRequestException("A bundle holds at most " + MOST + " entries.");
    }
    int most = posted.getType() == BundleType.TRANSACTION ? MOST_READS_TOGETHER : MOST_READS;
    long reads = posted.getEntry().stream().filter(TransactionProvider::reads).count();
    if (reads > most) { // all answers are held until the last one is there
      throw new InvalidRequestException("This bundle reads at most " + most + " times.");
    }
  }

  private static boolean reads(BundleEntryComponent entry) {
    return entry.getRequest().getMethod() == HTTPVerb.GET;
  }

  /** What is written first, in the order of references; then what is read, which sees it. */
  private List<BundleEntryComponent> all(
      List<BundleEntryComponent> entries, Actor actor, RequestDetails request) {
    Map<String, String> kept = new HashMap<>();
    Map<Integer, UUID> keys = keysAhead(entries, kept);
    Set<String> changed = new HashSet<>();
    BundleEntryComponent[] answers = new BundleEntryComponent[entries.size()];
    for (int i : EntryOrder.of(entries, kept.keySet())) {
      BundleEntryComponent entry = entries.get(i);
      Stored stored = keep(entry, kept, keys.get(i), actor);
      once(entry, stored, changed);
      if (entry.hasFullUrl()) {
        kept.put(entry.getFullUrl(), stored.type() + "/" + stored.id());
      }
      answers[i] = stored(stored);
    }
    for (int i = 0; i < answers.length; i++) {
      if (reads(entries.get(i))) {
        answers[i] = requests.within(entries.get(i), request);
      }
    }
    return List.of(answers);
  }

  /** Section 3.1.0.11.2: a transaction changes nothing twice, by whatever name. */
  private static void once(BundleEntryComponent entry, Stored stored, Set<String> changed) {
    String name = stored.type() + "/" + stored.id();
    if (entry.getRequest().getMethod() == HTTPVerb.PUT && !changed.add(name)) {
      throw new InvalidRequestException("A transaction updates " + name + " more than once.");
    }
  }

  /**
   * What is new whatever is there has its key before it is kept, so that others may refer to it.
   */
  private Map<Integer, UUID> keysAhead(
      List<BundleEntryComponent> entries, Map<String, String> addresses) {
    Map<Integer, UUID> keys = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      BundleEntryComponent entry = entries.get(i);
      BundleEntryRequestComponent request = entry.getRequest();
      boolean fresh =
          request.getMethod() == HTTPVerb.POST
              && !request.hasIfNoneExist()
              && entry.hasFullUrl()
              && PostedResources.keptAsNew(entry.getResource().fhirType());
      if (fresh) {
        UUID key = writer.newKey();
        keys.put(i, key);
        addresses.put(entry.getFullUrl(), entry.getResource().fhirType() + "/" + key);
      }
    }
    return keys;
  }

  private static Claims claims(List<BundleEntryComponent> entries) {
    var claims = new Claims();
    for (BundleEntryComponent entry : entries) {
      if (reads(entry)) {
        continue;
      }
      ResourceWriter.claim(claims, entry.getResource(), condition(entry));
      if (entry.getRequest().getMethod() == HTTPVerb.PUT) {
        claims.condition(entry.getRequest().getUrl());
      }
    }
    return claims;
  }

  private static @Nullable String condition(BundleEntryComponent entry) {
    BundleEntryRequestComponent request = entry.getRequest();
    String url = request.getUrl();
    return request.getMethod() == HTTPVerb.POST
        ? request.getIfNoneExist()
        : url.contains("?") ? url : null;
  }

  /** As the same request outside of a bundle. */
  private Stored keep(
      BundleEntryComponent entry, Map<String, String> known, @Nullable UUID key, Actor actor) {
    Resource resource = entry.getResource();
    BundleEntryRequestComponent request = entry.getRequest();
    if (request.getMethod() == HTTPVerb.POST) {
      return key == null
          ? writer.create(resource, request.getIfNoneExist(), known, actor)
          : writer.create(resource, known, key, actor);
    }
    String url = request.getUrl();
    String version = Requests.version(request.getIfMatch());
    return url.contains("?")
        ? writer.replace(resource, url, version, known, actor)
        : writer.replace(resource, Requests.id(new IdType(url)), version, known, actor);
  }

  private BundleEntryComponent one(
      BundleEntryComponent entry,
      int place,
      RequestDetails request,
      Map<BundleEntryComponent, BaseServerResponseException> undone) {
    Actor actor = Requests.actor(request);
    try {
      BatchEntries.check(request, place);
      HTTPVerb method = entry.getRequest().getMethod();
      if (entry.getResource() != null && (method == HTTPVerb.POST || method == HTTPVerb.PUT)) {
        profiles.check(entry.getResource(), actor, "");
      }
      if (EntryRequests.here(entry)) {
        return requests.answer(entry, request);
      }
      if (entry.getResource() instanceof AuditEvent fed
          && entry.getRequest().getMethod() == HTTPVerb.POST) {
        return fed(audit.take(fed, actor));
      }
      check(entry, place);
      BundleEntryComponent answer =
          stored(
              condition(entry) == null
                  ? Undone.again(() -> keep(entry, Map.of(), null, actor))
                  : writer.together(
                      actor, claims(List.of(entry)), () -> keep(entry, Map.of(), null, actor)));
      if (Requests.wantsRepresentation(request)) {
        represent(answer, actor);
      }
      return answer;
    } catch (RuntimeException e) {
      BaseServerResponseException known = faults.translate(e);
      var answer = new BundleEntryComponent();
      answer
          .getResponse()
          .setStatus(String.valueOf(known.getStatusCode()))
          .setOutcome(FhirFaults.said(known));
      undone.put(entry, known);
      return answer;
    }
  }

  private static void check(BundleEntryComponent entry, int place) {
    Resource resource = entry.getResource();
    HTTPVerb method = entry.getRequest().getMethod();
    String at = "Bundle.entry[" + place + "]: ";
    if (resource == null || (method != HTTPVerb.POST && method != HTTPVerb.PUT)) {
      throw new InvalidRequestException(
          at + "only GET, and POST and PUT of a resource, are supported; DELETE in a batch.");
    }
    String url = String.valueOf(entry.getRequest().getUrl());
    if (method == HTTPVerb.PUT && !url.matches(resource.fhirType() + "[/?].+")) {
      throw new InvalidRequestException(
          at + "request.url of a PUT is " + resource.fhirType() + "/id or ?identifier=….");
    }
    String type = resource.fhirType();
    if (EntryRequests.here(entry)) {
      throw new InvalidRequestException(
          at
              + type
              + " cannot be undone with the rest: it belongs in a batch, or is posted alone.");
    }
    if (!PostedResources.CHART.contains(type)
        && !PostedResources.DIRECTORY.contains(type)
        && !FURTHER.contains(type)) {
      throw new InvalidRequestException(at + type + " is not kept here.");
    }
    if (method == HTTPVerb.PUT
        && !PostedResources.CHART.contains(type)
        && !PostedResources.REPLACED.contains(type)
        && !Set.of("Encounter", "Patient").contains(type)) {
      throw new InvalidRequestException(at + type + " is not replaced, only created.");
    }
  }

  private static BundleEntryComponent fed(Fed fed) {
    var answer = new BundleEntryComponent();
    answer
        .getResponse()
        .setStatus(fed.created() ? "201 Created" : "200 OK")
        .setLocation("AuditEvent/" + fed.id());
    return answer;
  }

  /** As it stands now, where the client may read it. */
  private void represent(BundleEntryComponent answer, Actor actor) {
    if (!answer.hasResource() && answer.getResponse().hasLocation()) {
      try {
        writer
            .represented(new IdType(answer.getResponse().getLocation()), actor)
            .ifPresent(answer::setResource);
      } catch (RuntimeException e) { // it is kept: to answer otherwise would have it sent again
        LOG.warn("a resource that was kept cannot be shown: {}", e.getClass().getSimpleName());
      }
    }
  }

  private static BundleEntryComponent stored(Stored stored) {
    var answer = new BundleEntryComponent();
    answer
        .getResponse()
        .setStatus(stored.created() ? "201 Created" : "200 OK")
        .setEtag("W/\"" + stored.version() + "\"")
        .setLocation(stored.type() + "/" + stored.id() + "/_history/" + stored.version());
    return answer;
  }

  private static Bundle answer(BundleType type, List<BundleEntryComponent> entries) {
    var bundle = new Bundle();
    bundle.setType(type);
    entries.forEach(bundle::addEntry);
    return bundle;
  }
}

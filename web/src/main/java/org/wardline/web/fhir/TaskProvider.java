package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.ReceiptMapper;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Actor;
import org.wardline.message.Identifiers;
import org.wardline.message.ReceiptState;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.ReceiptOrder;
import org.wardline.reading.ReceiptTasks;
import org.wardline.store.Keys;

/** Task: the receipts of messages, for reading only; nobody can make or change one. */
@Singleton
public class TaskProvider implements ReadProvider {
  private static final int UUID_LENGTH = 36;
  private static final int MOST_INCLUDED = 20_000;
  private static final String STATUS = "http://hl7.org/fhir/task-status";
  private static final String INTENT = "http://hl7.org/fhir/task-intent";
  private static final String DESTINATION = "destination:";
  private static final Pattern PLACE = Pattern.compile("(\\d{1,15})[.](.+)");

  private final ReceiptTasks receipts;
  private final ChartSearch chart;
  private final Keys keys;

  @Inject
  public TaskProvider(ReceiptTasks receipts, ChartSearch chart, Keys keys) {
    this.receipts = receipts;
    this.chart = chart;
    this.keys = keys;
  }

  @Override
  public Class<Task> getResourceType() {
    return Task.class;
  }

  @Override
  @Read(version = true)
  public Task read(@IdParam IdType id, RequestDetails request) {
    return key(id.getIdPart(), 'r', request)
        .flatMap(key -> receipts.byKey(Requests.actor(request), key))
        .map(ReceiptMapper::toFhir)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  private Optional<ReceiptTasks.Key> key(String id, char right, RequestDetails request) {
    try {
      UUID message = Identifiers.parse(id.substring(0, Math.min(UUID_LENGTH, id.length())));
      return receipts.key(Requests.actor(request), right, message, id);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Receipts of these messages, as a search gives them along. */
  List<Task> ofMessages(List<Resource> messages, RequestDetails request) {
    List<UUID> ids =
        messages.stream()
            .filter(r -> r.fhirType().equals("Communication"))
            .map(r -> Identifiers.parse(r.getIdElement().getIdPart()))
            .toList();
    return ids.isEmpty()
        ? List.of()
        : receipts
            .find(
                Requests.actor(request),
                ReceiptTasks.Query.of(ids),
                MOST_INCLUDED,
                "Task?focus=" + ids.size() + " messages")
            .stream()
            .map(ReceiptMapper::toFhir)
            .toList();
  }

  /** A page, those of the newest messages first. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Task.SP_FOCUS) @Nullable ReferenceOrListParam focus,
      @OptionalParam(
              name = Task.SP_OWNER,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam owner,
      @OptionalParam(
              name = Task.SP_REQUESTER,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam requester,
      @OptionalParam(
              name = Task.SP_PATIENT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = Task.SP_SUBJECT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam subject,
      @OptionalParam(name = Task.SP_STATUS) @Nullable TokenOrListParam status,
      @OptionalParam(name = Task.SP_BUSINESS_STATUS) @Nullable TokenOrListParam business,
      @OptionalParam(name = Task.SP_CODE) @Nullable TokenParam code,
      @OptionalParam(name = Task.SP_INTENT) @Nullable TokenParam intent,
      @OptionalParam(name = Task.SP_MODIFIED) @Nullable DateRangeParam modified,
      @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam updated,
      @OptionalParam(name = Task.SP_AUTHORED_ON) @Nullable DateRangeParam authored,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, null);
    Actor actor = Requests.actor(request);
    ReferenceOrListParam about = patient == null ? subject : patient;
    List<UUID> patients = chart.patients("Task", about, request);
    List<String> owners = parties(owner, actor);
    List<String> requesters = parties(requester, actor);
    Code states = Requests.code(business, Systems.RECEIPT_STATE);
    boolean never =
        SearchExtras.of(request).nothing()
            || Set.of(Requests.NO_CODE).equals(Set.copyOf(states.any()))
            || !"receipt".equals(Requests.own(code, Systems.TASK_CODE, "receipt"))
            || !"order".equals(Requests.own(intent, INTENT, "order"))
            || (about != null && patients.isEmpty())
            || (owner != null && owners.isEmpty())
            || (requester != null && requesters.isEmpty());
    boolean byChange = byChange(request);
    ReceiptTasks.Key after =
        cursor == null || ids != null || byChange
            ? null
            : key(cursor.getValue(), 's', request).orElseThrow(TaskProvider::noSuchPage);
    var query =
        new ReceiptTasks.Query(
            never ? List.of(Requests.NOTHING) : Requests.keys(focus),
            owners,
            requesters,
            patients,
            states(states.any()),
            states(states.none()),
            Requests.code(status, STATUS).any(),
            Requests.code(status, STATUS).none(),
            List.of(Requests.span(modified), Requests.span(updated)),
            Requests.span(authored),
            after);
    if (byChange) {
      return inOrder(query, ids, cursor, page, request);
    }
    if (ids != null) {
      String last = cursor == null ? "" : cursor.getValue();
      return page.bundle(these(after(ids, last), query, page, request), Date.from(keys.now()));
    }
    return page.bundle(
        receipts.find(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(ReceiptMapper::toFhir)
            .toList(),
        Date.from(keys.now()));
  }

  private static InvalidRequestException noSuchPage() {
    return new InvalidRequestException("There is no such page.");
  }

  private static boolean byChange(RequestDetails request) {
    String sort = SearchExtras.of(request).sort();
    return sort != null && (sort.endsWith(Task.SP_MODIFIED) || sort.endsWith("_lastUpdated"));
  }

  private Bundle inOrder(
      ReceiptTasks.Query query,
      @Nullable TokenOrListParam ids,
      @Nullable StringParam cursor,
      Page page,
      RequestDetails request) {
    if (ids != null || !query.bounded(keys.now())) {
      throw new InvalidRequestException(
          "What is sorted by modified or _lastUpdated names a message, a patient, an owner, or a"
              + " time of the last days in modified or _lastUpdated, and no _id.");
    }
    boolean oldestFirst = !String.valueOf(SearchExtras.of(request).sort()).startsWith("-");
    var order = new ReceiptOrder(oldestFirst, cursor == null ? null : place(cursor, request));
    return page.bundle(
        receipts.find(Requests.actor(request), query, order, page.limit(), page.asked()).stream()
            .map(ReceiptMapper::toFhir)
            .toList(),
        Date.from(keys.now()),
        last ->
            last.getMeta().getLastUpdated().toInstant().toEpochMilli()
                + "."
                + last.getIdElement().getIdPart());
  }

  private ReceiptOrder.Place place(StringParam cursor, RequestDetails request) {
    Matcher parts = PLACE.matcher(Objects.requireNonNullElse(cursor.getValue(), ""));
    if (!parts.matches()) {
      throw noSuchPage();
    }
    return new ReceiptOrder.Place(
        Instant.ofEpochMilli(Long.parseLong(parts.group(1))),
        key(parts.group(2), 's', request).orElseThrow(TaskProvider::noSuchPage));
  }

  /** In the order in which they were asked for: what stands behind the last one of a page. */
  private static List<String> after(TokenOrListParam ids, String last) {
    List<String> asked =
        ids.getValuesAsQueryTokens().stream()
            .map(id -> Objects.requireNonNullElse(id.getValue(), ""))
            .distinct()
            .toList();
    return asked.subList(asked.indexOf(last) + 1, asked.size());
  }

  /** Those of these that fit the rest of the query as well, as many as a page takes. */
  private List<Task> these(
      List<String> ids, ReceiptTasks.Query query, Page page, RequestDetails request) {
    List<Task> found = new ArrayList<>();
    for (String id : ids) {
      if (found.size() == page.limit()) {
        break;
      }
      key(id, 's', request)
          .flatMap(query::only)
          .map(one -> receipts.find(Requests.actor(request), one, 1, page.asked()))
          .ifPresent(views -> views.stream().map(ReceiptMapper::toFhir).forEach(found::add));
    }
    return found;
  }

  private static List<ReceiptState> states(List<String> business) {
    List<ReceiptState> states = new ArrayList<>();
    for (String code : business) {
      try {
        if (!code.equals(Requests.NO_CODE)) {
          states.add(ReceiptState.fromCode(code));
        }
      } catch (IllegalArgumentException e) {
        throw new InvalidRequestException("business-status: there is no such receipt.");
      }
    }
    return states;
  }

  /** By reference, or by what other systems call them; a destination by its name. */
  private List<String> parties(@Nullable ReferenceOrListParam references, Actor actor) {
    return Requests.parties(
        references,
        "Practitioner",
        name -> {
          List<String> found = new ArrayList<>(receipts.partiesNamed(actor, name));
          if (name.system().isEmpty() || name.system().equals(Systems.DESTINATION)) {
            found.add(DESTINATION + name.value());
          }
          return found;
        });
  }
}

package org.wardline.hospital;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.ConditionalUrlParam;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.jspecify.annotations.Nullable;

/**
 * The hospital's FHIR server for Communication: create (conditional, too), read, search by
 * identifier.
 */
public final class FhirReceiver implements IResourceProvider {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private final Shelf shelf;
  private final Behaviour behaviour;
  private final Map<String, Communication> kept = new LinkedHashMap<>();

  FhirReceiver(Shelf shelf, Behaviour behaviour) {
    this.shelf = shelf;
    this.behaviour = behaviour;
    shelf.each(
        (number, text) -> {
          Communication communication =
              FHIR.newJsonParser().parseResource(Communication.class, text);
          kept.put(communication.getIdElement().getIdPart(), communication);
        });
  }

  @Override
  public Class<Communication> getResourceType() {
    return Communication.class;
  }

  /** Keeps a message, once for each identifier of the condition. */
  @Create
  public MethodOutcome create(
      @ResourceParam Communication posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request)
      throws InterruptedException {
    Behaviour.Mode mode = behaviour.next();
    misbehave(mode, request);
    MethodOutcome outcome = keep(posted, condition);
    if (mode == Behaviour.Mode.LATE) {
      waitFor(behaviour.delay().toMillis());
    }
    return outcome;
  }

  private synchronized MethodOutcome keep(Communication posted, @Nullable String condition) {
    Optional<Communication> same = condition == null ? Optional.empty() : matching(condition);
    if (same.isPresent()) {
      return new MethodOutcome(same.get().getIdElement().withVersion("1"), false);
    }
    String id = String.valueOf(kept.size() + 1);
    posted.setId(id);
    shelf.keep(FHIR.newJsonParser().encodeResourceToString(posted));
    kept.put(id, posted);
    return new MethodOutcome(new IdType("Communication", id, "1"), true);
  }

  /** Changes what was kept, by the identifier of the condition; keeps it when there is none. */
  @Update
  public MethodOutcome update(
      @ResourceParam Communication posted,
      @IdParam @Nullable IdType id,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request)
      throws InterruptedException {
    Behaviour.Mode mode = behaviour.next();
    misbehave(mode, request);
    MethodOutcome outcome = change(posted, id, condition);
    if (mode == Behaviour.Mode.LATE) {
      waitFor(behaviour.delay().toMillis());
    }
    return outcome;
  }

  private synchronized MethodOutcome change(
      Communication posted, @Nullable IdType id, @Nullable String condition) {
    Communication before =
        condition == null
            ? kept.get(id == null ? "" : id.getIdPart())
            : matching(condition).orElse(null);
    if (before == null) {
      return keep(posted, condition);
    }
    posted.setId(before.getIdElement().getIdPart());
    shelf.keep(FHIR.newJsonParser().encodeResourceToString(posted));
    kept.put(posted.getIdElement().getIdPart(), posted);
    return new MethodOutcome(
        new IdType("Communication", posted.getIdElement().getIdPart(), "2"), false);
  }

  @Read
  public synchronized Communication read(@IdParam IdType id) {
    Communication found = kept.get(id.getIdPart());
    if (found == null) {
      throw new ResourceNotFoundException(id);
    }
    return found;
  }

  /** All that was kept, or those with an identifier. */
  @Search
  public synchronized List<Communication> search(
      @OptionalParam(name = Communication.SP_IDENTIFIER) @Nullable TokenParam identifier) {
    return identifier == null
        ? new ArrayList<>(kept.values())
        : kept.values().stream()
            .filter(
                c ->
                    c.getIdentifier().stream()
                        .anyMatch(i -> i.getValue().equals(identifier.getValue())))
            .toList();
  }

  private Optional<Communication> matching(String condition) {
    String query =
        URLDecoder.decode(condition.substring(condition.indexOf('?') + 1), StandardCharsets.UTF_8);
    if (!query.startsWith("identifier=")) {
      throw new InvalidRequestException("only identifier= is supported as a condition");
    }
    String[] wanted = query.substring("identifier=".length()).split("\\|", 2);
    return kept.values().stream()
        .filter(c -> c.getIdentifier().stream().anyMatch(i -> is(i, wanted)))
        .findFirst();
  }

  private static boolean is(Identifier identifier, String[] wanted) {
    return wanted.length == 1
        ? wanted[0].equals(identifier.getValue())
        : wanted[0].equals(identifier.getSystem()) && wanted[1].equals(identifier.getValue());
  }

  private static void misbehave(Behaviour.Mode mode, RequestDetails request)
      throws InterruptedException {
    switch (mode) {
      case REFUSE -> throw new UnclassifiedServerFailureException(503, "told to refuse");
      case BUSY -> {
        HttpServletResponse response = ((ServletRequestDetails) request).getServletResponse();
        response.setHeader("Retry-After", "1");
        throw new UnclassifiedServerFailureException(503, "told to be busy");
      }
      case ERROR -> throw new UnprocessableEntityException("told to answer with an error");
      case REJECT -> throw new InvalidRequestException("told to reject");
      case HANG, DROP -> waitFor(TimeUnit.MINUTES.toMillis(5));
      default -> {
        // goes on
      }
    }
  }

  /** Waits, and nothing ends it early: that is the misbehaviour. */
  private static void waitFor(long millis) throws InterruptedException {
    if (NEVER.await(millis, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the latch is never opened");
    }
  }
}

package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Actor;
import org.wardline.message.Identifiers;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.web.Caller;

/** What the providers read out of a request. */
final class Requests {
  private Requests() {}

  private static final String ACTOR = Requests.class.getName() + ".actor";

  static Actor actor(RequestDetails request) {
    return request.getUserData().get(ACTOR) instanceof Actor actor ? actor : caller(request);
  }

  /** Who acts in this request from now on. */
  static void actAs(Actor actor, RequestDetails request) {
    request.getUserData().put(ACTOR, actor);
  }

  private static Actor caller(RequestDetails request) {
    return Caller.of(((ServletRequestDetails) request).getServletRequest()).actor();
  }

  /** Our key in a resource id; one that cannot be ours is not found. */
  static UUID id(IdType id) {
    try {
      return Identifiers.parse(id.getIdPart());
    } catch (IllegalArgumentException e) {
      throw new ResourceNotFoundException(id);
    }
  }

  static @Nullable Instant from(@Nullable DateRangeParam range) {
    return range == null || range.getLowerBoundAsInstant() == null
        ? null
        : range.getLowerBoundAsInstant().toInstant();
  }

  /** Exclusive: HAPI gives the last millisecond that is still in. */
  static @Nullable Instant until(@Nullable DateRangeParam range) {
    return range == null || range.getUpperBoundAsInstant() == null
        ? null
        : range.getUpperBoundAsInstant().toInstant().plusMillis(1);
  }

  /** True when the client asked for the resource in the answer ({@code Prefer}). */
  static boolean wantsRepresentation(RequestDetails request) {
    return request.getHeaders("Prefer").stream()
        .anyMatch(prefer -> prefer.contains("return=representation"));
  }

  /** The version that the client changes, by {@code If-Match}; null when it does not say. */
  static @Nullable String ifMatch(RequestDetails request) {
    return version(request.getHeader("If-Match"));
  }

  /** The version in an entity tag such as {@code W/"2"}; null when there is none. */
  static @Nullable String version(@Nullable String tag) {
    return tag == null ? null : tag.replaceAll("^W/|\"", "");
  }

  /** Both bounds of a range. */
  static Span span(@Nullable DateRangeParam range) {
    return new Span(from(range), until(range));
  }

  /** Our keys in references. */
  static List<UUID> keys(@Nullable ReferenceOrListParam references) {
    return references(references).stream().map(r -> Page.uuid(r.getIdPart())).toList();
  }

  /**
   * Our keys in references, or of whom other systems call so.
   *
   * @param named keys of whoever has that identifier
   */
  static List<UUID> keys(
      @Nullable ReferenceOrListParam references, Function<String, List<UUID>> named) {
    var found = new ArrayList<UUID>();
    for (ReferenceParam reference : references(references)) {
      if ("identifier".equals(reference.getChain())) {
        found.addAll(named.apply(withoutSystem(reference)));
      } else {
        found.add(Page.uuid(reference.getIdPart()));
      }
    }
    return found;
  }

  private static String withoutSystem(ReferenceParam reference) {
    String value = reference.getValue();
    return value.substring(value.indexOf('|') + 1);
  }

  /**
   * {@code Type/id}, of references that may leave the type out.
   *
   * @param usual the type that is meant then
   */
  static List<String> literals(@Nullable ReferenceOrListParam references, String usual) {
    return references(references).stream()
        .map(r -> (r.getResourceType() == null ? usual : r.getResourceType()) + "/" + r.getIdPart())
        .toList();
  }

  /**
   * Whom a search means: by reference, or by what other systems call them.
   *
   * @param usual type of a reference that has none
   * @param named references of whoever has that identifier
   */
  static List<String> parties(
      @Nullable ReferenceOrListParam references,
      String usual,
      Function<String, List<String>> named) {
    var found = new ArrayList<String>();
    for (ReferenceParam reference : references(references)) {
      if ("identifier".equals(reference.getChain())) {
        found.addAll(named.apply(withoutSystem(reference)));
      } else {
        String type = reference.getResourceType() == null ? usual : reference.getResourceType();
        found.add(type + "/" + reference.getIdPart());
      }
    }
    return found;
  }

  /**
   * The value of a token of one of our own systems; null when there is no token. One of another
   * system is nobody's: then it is a value that nothing has.
   */
  static @Nullable String own(@Nullable TokenParam token, String system) {
    if (token == null) {
      return null;
    }
    boolean ours =
        token.getSystem() == null
            || token.getSystem().isEmpty()
            || token.getSystem().equals(system);
    return ours ? token.getValue() : "";
  }

  /** Any of these codes, none of those with {@code :not}. */
  static Code code(@Nullable TokenOrListParam tokens) {
    List<TokenParam> all = tokens == null ? List.of() : tokens.getValuesAsQueryTokens();
    return new Code(values(all, false), values(all, true));
  }

  private static List<String> values(List<TokenParam> tokens, boolean not) {
    return tokens.stream()
        .filter(t -> (t.getModifier() == TokenParamModifier.NOT) == not)
        .map(TokenParam::getValue)
        .toList();
  }

  static List<ReferenceParam> references(@Nullable ReferenceOrListParam list) {
    return list == null ? List.of() : list.getValuesAsQueryTokens();
  }
}

package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.param.ReferenceAndListParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Identifiers;
import org.wardline.message.InvalidMessageException;
import org.wardline.reading.MessageQuery;
import org.wardline.reading.MessageQuery.Code;
import org.wardline.reading.MessageQuery.Codes;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.web.Caller;
import org.wardline.web.fhir.DateCondition.Time;

/** What the providers read out of a request. */
final class Requests {
  private Requests() {}

  static final String CHANGED = "The resource has another version by now.";

  /** A key that nothing has. */
  static final UUID NOTHING = new UUID(0, 0);

  /** A code that nothing has. */
  static final String NO_CODE = "\u0001";

  private static final Set<ParamPrefixEnum> AFTER =
      EnumSet.of(ParamPrefixEnum.GREATERTHAN, ParamPrefixEnum.STARTS_AFTER);
  private static final Set<ParamPrefixEnum> BEFORE =
      EnumSet.of(ParamPrefixEnum.LESSTHAN, ParamPrefixEnum.ENDS_BEFORE);
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

  /** The key that a search means; one that nothing has for what cannot be ours. */
  static UUID wanted(@Nullable String id) {
    try {
      return id == null ? NOTHING : Identifiers.parse(id);
    } catch (IllegalArgumentException e) {
      return NOTHING;
    }
  }

  /** Our key in a resource id; one that cannot be ours is not found. */
  static UUID id(IdType id) {
    try {
      return Identifiers.parse(id.getIdPart());
    } catch (IllegalArgumentException e) {
      throw new ResourceNotFoundException(id);
    }
  }

  /**
   * The first moment that is in.
   *
   * @throws InvalidRequestException when all but a time is asked for ({@code ne})
   */
  static @Nullable Instant from(@Nullable DateRangeParam range) {
    return within(range).from();
  }

  /**
   * The first moment that is not in any more.
   *
   * @throws InvalidRequestException when all but a time is asked for ({@code ne})
   */
  static @Nullable Instant until(@Nullable DateRangeParam range) {
    return within(range).until();
  }

  private static Span within(@Nullable DateRangeParam range) {
    Span span = span(range);
    if (span.outside()) {
      throw new InvalidRequestException("The prefix ne is not supported for this date.");
    }
    return span;
  }

  /** True when the client asked for the resource in the answer ({@code Prefer}). */
  static boolean wantsRepresentation(RequestDetails request) {
    return request.getHeaders("Prefer").stream()
        .anyMatch(prefer -> prefer.contains("return=representation"));
  }

  /** Whether the client's scopes let it read that type; a person's own rights are asked later. */
  static boolean reads(Actor actor, String type) {
    boolean byScopes = actor.machine() || actor.throughApp();
    return !byScopes || actor.scoped(type, 'r');
  }

  /** The version that the client changes, by {@code If-Match}; null when it does not say. */
  static @Nullable String ifMatch(RequestDetails request) {
    return version(request.getHeader("If-Match"));
  }

  /**
   * What is changed is what the client has seen ({@code If-Match}); without, whatever is there.
   *
   * @throws PreconditionFailedException when it has changed since
   */
  static void match(RequestDetails request, Resource now) {
    String wanted = ifMatch(request);
    if (wanted != null && !wanted.equals(now.getMeta().getVersionId())) {
      throw new PreconditionFailedException(CHANGED);
    }
  }

  /** The version in an entity tag such as {@code W/"2"}; null when there is none. */
  static @Nullable String version(@Nullable String tag) {
    return tag == null ? null : tag.replaceAll("^W/|\"", "");
  }

  /**
   * Both bounds of a range. The library's own would do for dates of any zone on earth, which is
   * half a day too much at either end.
   */
  static Span span(@Nullable DateRangeParam range) {
    DateParam lower = range == null ? null : range.getLowerBound();
    DateParam upper = range == null ? null : range.getUpperBound();
    Instant from = null;
    Instant until = null;
    if (lower != null && !lower.isEmpty()) {
      Time time = DateCondition.time(lower.getValueAsString());
      from = AFTER.contains(prefix(lower)) ? time.next() : time.first();
    }
    if (upper != null && !upper.isEmpty()) {
      Time time = DateCondition.time(upper.getValueAsString());
      until = BEFORE.contains(prefix(upper)) ? time.first() : time.next();
    }
    boolean outside =
        lower != null && lower.getPrefix() == ParamPrefixEnum.NOT_EQUAL && from != null;
    return new Span(from, until, outside);
  }

  private static ParamPrefixEnum prefix(DateParam date) {
    return date.getPrefix() == null ? ParamPrefixEnum.EQUAL : date.getPrefix();
  }

  /** Our keys in references. */
  static List<UUID> keys(@Nullable ReferenceOrListParam references) {
    return references(references).stream().map(r -> wanted(r.getIdPart())).toList();
  }

  /**
   * Our keys in references, or of whom other systems call so.
   *
   * @param named keys of whoever has that identifier
   */
  static List<UUID> keys(
      @Nullable ReferenceOrListParam references, Function<BusinessIdentifier, List<UUID>> named) {
    var found = new ArrayList<UUID>();
    for (ReferenceParam reference : references(references)) {
      if (named(reference)) {
        found.addAll(named.apply(name(reference)));
      } else {
        found.add(wanted(reference.getIdPart()));
      }
    }
    return found;
  }

  /** {@code system|value}, of which the system may be left out. */
  static BusinessIdentifier name(ReferenceParam reference) {
    String token = reference.getValue();
    int bar = token.indexOf('|');
    return name(bar < 0 ? "" : token.substring(0, bar), token.substring(bar + 1));
  }

  /**
   * A name that a search asks for.
   *
   * @throws InvalidRequestException when it is blank, or longer than any name is
   */
  static BusinessIdentifier name(@Nullable String system, @Nullable String value) {
    try {
      return new BusinessIdentifier(text(system), text(value));
    } catch (InvalidMessageException e) {
      throw new InvalidRequestException(
          "An identifier of the search is blank, or longer than "
              + BusinessIdentifier.MAX_LENGTH
              + " characters.",
          e);
    }
  }

  /** Whether the reference is one by an identifier. */
  static boolean named(ReferenceParam reference) {
    return "identifier".equals(reference.getChain());
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
      Function<BusinessIdentifier, List<String>> named) {
    var found = new ArrayList<String>();
    for (ReferenceParam reference : references(references)) {
      if (named(reference)) {
        found.addAll(named.apply(name(reference)));
      } else {
        String type = reference.getResourceType() == null ? usual : reference.getResourceType();
        found.add(type + "/" + reference.getIdPart());
      }
    }
    return found;
  }

  /** The same, of each time that they were asked for. */
  static List<List<String>> partiesOfEach(
      @Nullable ReferenceAndListParam lists,
      String usual,
      Function<BusinessIdentifier, List<String>> named) {
    return lists == null
        ? List.of()
        : lists.getValuesAsQueryTokens().stream()
            .map(references -> parties(references, usual, named))
            .toList();
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

  /**
   * The code of a token of that system; the usual one when there is no token, or it means any code
   * of the system.
   */
  static String own(@Nullable TokenParam token, String system, String usual) {
    String own = own(token, system);
    boolean any =
        token == null || (own != null && own.isEmpty() && system.equals(token.getSystem()));
    return any ? usual : String.valueOf(own);
  }

  /**
   * Any of these codes, none of those with {@code :not}; a system alone means any of its codes.
   *
   * @param systems of the codes; one of another system is nowhere
   */
  static Code code(@Nullable TokenOrListParam tokens, String... systems) {
    List<TokenParam> all = tokens == null ? List.of() : tokens.getValuesAsQueryTokens();
    boolean any =
        all.stream()
            .anyMatch(
                t ->
                    t.getModifier() == null
                        && text(t.getValue()).isEmpty()
                        && t.getSystem() != null
                        && List.of(systems).contains(t.getSystem()));
    return new Code(any ? List.of() : values(all, false, systems), values(all, true, systems));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** Codes of messages and alerts. */
  static Codes codes(
      @Nullable TokenOrListParam status,
      @Nullable TokenOrListParam category,
      @Nullable TokenOrListParam priority) {
    return new Codes(
        code(status, "http://hl7.org/fhir/event-status", "http://hl7.org/fhir/request-status"),
        code(category, Systems.CATEGORY),
        code(priority, "http://hl7.org/fhir/request-priority"));
  }

  private static List<String> values(List<TokenParam> tokens, boolean not, String... systems) {
    return tokens.stream()
        .filter(t -> (t.getModifier() == TokenParamModifier.NOT) == not)
        .map(t -> foreign(t.getSystem(), systems) ? NO_CODE : text(t.getValue()))
        .toList();
  }

  private static boolean foreign(@Nullable String system, String... systems) {
    return system != null && systems.length > 0 && !List.of(systems).contains(system);
  }

  /** Any of these identifiers; one of a system alone is nobody's, an empty one asks for nothing. */
  static List<MessageQuery.Identifier> identifiers(@Nullable TokenOrListParam tokens) {
    return tokens == null
        ? List.of()
        : tokens.getValuesAsQueryTokens().stream()
            .filter(t -> !(text(t.getSystem()) + text(t.getValue())).isBlank())
            .map(t -> new MessageQuery.Identifier(ChartSearch.system(t), text(t.getValue())))
            .toList();
  }

  /** Any of these beginnings. */
  static List<String> texts(@Nullable StringOrListParam texts) {
    return texts == null
        ? List.of()
        : texts.getValuesAsQueryTokens().stream().map(StringParam::getValueNotNull).toList();
  }

  /** References; one without a value asks for nothing. */
  static List<ReferenceParam> references(@Nullable ReferenceOrListParam list) {
    return list == null
        ? List.of()
        : list.getValuesAsQueryTokens().stream()
            .filter(reference -> named(reference) || !text(reference.getValue()).isBlank())
            .toList();
  }
}

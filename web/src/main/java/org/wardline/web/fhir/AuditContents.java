package org.wardline.web.fhir;

import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringAndListParam;
import ca.uhn.fhir.rest.param.TokenAndListParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.rest.param.UriAndListParam;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hl7.fhir.r4.model.AuditEvent;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditContent;
import org.wardline.audit.AuditContent.Member;
import org.wardline.audit.AuditContent.Value;
import org.wardline.audit.AuditSearch.Query.Code;
import org.wardline.audit.AuditSearch.Query.Except;
import org.wardline.audit.AuditSearch.Query.Times;
import org.wardline.reading.MessageQuery.Span;

/** What a search of the audit trail asks of members that stand in no column. */
final class AuditContents {
  private static final String NONE = "-";
  private static final Set<Member> CODED = EnumSet.of(Member.TYPE, Member.SUBTYPE);

  /** What a record may lack, by the name of its parameter. */
  private static final Map<String, Member> MEMBERS =
      Map.ofEntries(
          Map.entry(AuditEvent.SP_ACTION, Member.ACTION),
          Map.entry(AuditEvent.SP_ADDRESS, Member.ADDRESS),
          Map.entry(AuditEvent.SP_AGENT, Member.AGENT),
          Map.entry(AuditEvent.SP_AGENT_NAME, Member.AGENT_NAME),
          Map.entry(AuditEvent.SP_AGENT_ROLE, Member.AGENT_ROLE),
          Map.entry(AuditEvent.SP_ALTID, Member.ALT_ID),
          Map.entry(AuditEvent.SP_ENTITY, Member.ENTITY),
          Map.entry(AuditEvent.SP_ENTITY_NAME, Member.ENTITY_NAME),
          Map.entry(AuditEvent.SP_ENTITY_ROLE, Member.ENTITY_ROLE),
          Map.entry(AuditEvent.SP_ENTITY_TYPE, Member.ENTITY_TYPE),
          Map.entry(AuditEvent.SP_OUTCOME, Member.OUTCOME),
          Map.entry(AuditEvent.SP_PATIENT, Member.PATIENT),
          Map.entry(AuditEvent.SP_POLICY, Member.POLICY),
          Map.entry(AuditEvent.SP_SITE, Member.SITE),
          Map.entry(AuditEvent.SP_SUBTYPE, Member.SUBTYPE));

  private final List<AuditContent> all = new ArrayList<>();

  List<AuditContent> all() {
    return List.copyOf(all);
  }

  /** One of the tokens, or with {@code :not} none of them; of each time that it was said. */
  AuditContents add(Member member, @Nullable TokenAndListParam lists) {
    AuditNames.each(lists).forEach(tokens -> add(member, tokens));
    return this;
  }

  private void add(Member member, TokenOrListParam tokens) {
    add(
        member,
        tokens.getValuesAsQueryTokens().stream()
            .map(t -> new Value(t.getSystem(), Objects.requireNonNullElse(t.getValue(), "")))
            .toList(),
        negated(tokens));
  }

  /** Members that it lacks ({@code :missing=true}), or has. */
  AuditContents missing(Map<String, Boolean> asked) {
    asked.forEach(
        (name, lacking) ->
            all.add(
                new AuditContent(Objects.requireNonNull(MEMBERS.get(name)), List.of(), lacking)));
    return this;
  }

  AuditContents add(Member member, @Nullable StringAndListParam lists) {
    AuditNames.each(lists)
        .forEach(
            list ->
                addTexts(
                    member,
                    list.getValuesAsQueryTokens().stream().map(t -> t.getValueNotNull()).toList()));
    return this;
  }

  AuditContents add(Member member, @Nullable UriAndListParam lists) {
    AuditNames.each(lists)
        .forEach(
            list ->
                addTexts(
                    member,
                    list.getValuesAsQueryTokens().stream().map(u -> u.getValueNotNull()).toList()));
    return this;
  }

  private void addTexts(Member member, List<String> texts) {
    add(member, texts.stream().map(text -> new Value(null, text)).toList(), false);
  }

  /** Of codes that a column holds: their systems, if one is asked for. */
  AuditContents systems(Member member, @Nullable TokenAndListParam lists) {
    AuditNames.each(lists).stream()
        .filter(list -> list.getValuesAsQueryTokens().stream().anyMatch(t -> t.getSystem() != null))
        .forEach(list -> add(member, list));
    return this;
  }

  /** Which system told of it, by reference or by {@code source.identifier}. */
  AuditContents source(@Nullable ReferenceParam source) {
    if (source == null) {
      return this;
    }
    if (AuditEventProvider.IDENTIFIER.equals(source.getChain())) {
      String[] token = AuditNames.token(source);
      String system = source.getValue().contains("|") ? token[0] : null;
      return add(Member.SOURCE_IDENTIFIER, List.of(new Value(system, token[1])), false);
    }
    return add(
        Member.SOURCE,
        List.of(new Value(null, Objects.requireNonNullElse(source.getValue(), ""))),
        false);
  }

  /** A parameter without a value asks for nothing. */
  private AuditContents add(Member member, List<Value> anyOf, boolean not) {
    List<Value> wanted =
        anyOf.stream()
            .filter(v -> !v.value().isEmpty() || (v.system() != null && !v.system().isEmpty()))
            .toList();
    if (!wanted.isEmpty()) {
      all.add(new AuditContent(member, wanted, not));
    }
    return this;
  }

  /** Whether each record has to be looked into, not only those of a code. */
  boolean dear() {
    return all.stream().anyMatch(c -> c.not() || !CODED.contains(c.member()));
  }

  /** Codes that a column holds; of any of a system, none. */
  static Code codes(@Nullable TokenOrListParam tokens) {
    return codes(tokens, null);
  }

  /**
   * The same of a member that is a bare code.
   *
   * @param named end of the names of its code system; a code of another one is none that there is
   */
  static Code codes(@Nullable TokenOrListParam tokens, @Nullable String named) {
    if (tokens == null) {
      return Code.ANY;
    }
    List<String> codes = new ArrayList<>();
    for (TokenParam token : tokens.getValuesAsQueryTokens()) {
      String system = token.getSystem();
      boolean foreign =
          named != null && system != null && !system.isEmpty() && !system.endsWith("/" + named);
      // but one of a system alone is looked for in the record when it must not be there
      boolean ofSystem = named == null && system != null && negated(tokens);
      codes.add(foreign || ofSystem ? NONE : Objects.requireNonNullElse(token.getValue(), ""));
    }
    if (codes.contains("")) { // any of the system: all have one
      return negated(tokens) ? new Code(List.of(NONE), List.of()) : Code.ANY;
    }
    return negated(tokens) ? new Code(List.of(), codes) : new Code(codes, List.of());
  }

  private static boolean negated(TokenOrListParam tokens) {
    return tokens.getValuesAsQueryTokens().stream()
        .anyMatch(token -> token.getModifier() == TokenParamModifier.NOT);
  }

  /** Both at once: within each of them, or without where it says so. */
  static Times times(Span... all) {
    Instant from = null;
    Instant until = null;
    var except = new ArrayList<Except>();
    for (Span span : all) {
      if (span.outside()) {
        except.add(
            new Except(Objects.requireNonNull(span.from()), Objects.requireNonNull(span.until())));
      } else {
        from = later(from, span.from());
        until = earlier(until, span.until());
      }
    }
    return new Times(from, until, except);
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }
}

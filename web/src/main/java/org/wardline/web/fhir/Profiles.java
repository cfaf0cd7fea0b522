package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.message.Actor;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

/**
 * The hospital's profiles (FHIR R4, section 5.1): where a folder with them is set, what clients
 * send must keep to those it claims and to those that are required of its type. A folder or a
 * profile that cannot be used stops the start: what it forbids would pass.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class Profiles {
  private static final Logger LOG = LoggerFactory.getLogger(Profiles.class);
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String DIRECTORY = "wardline.fhir.profiles.directory";
  private static final String REQUIRED = "wardline.fhir.profiles.required";

  @Inject private Settings settings;

  private @Nullable ValidatorAside validator;
  private Map<String, List<String>> required = Map.of();

  @PostConstruct
  void start() {
    String folder = settings.text(DIRECTORY);
    required = required(settings.text(REQUIRED));
    if (folder.isEmpty()) {
      if (!required.isEmpty()) {
        throw new InvalidSettingException(REQUIRED, "needs the folder with them, " + DIRECTORY);
      }
      return;
    }
    try {
      validator =
          ValidatorAside.load(
              Path.of(settings.text("wardline.fhir.profiles.validator")), Path.of(folder));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(DIRECTORY, String.valueOf(e.getMessage()));
    }
    required.forEach(
        (type, profiles) -> {
          if (!known().getOrDefault(type, Set.of()).containsAll(profiles)) {
            throw new InvalidSettingException(REQUIRED, "a profile of " + type + " is not there");
          }
        });
    LOG.info(
        "what clients send is validated against {} profiles",
        known().values().stream().mapToInt(Set::size).sum());
  }

  @PreDestroy
  void stop() {
    if (validator != null) {
      try {
        validator.close();
      } catch (IOException e) {
        LOG.warn("the validator could not be closed: {}", e.getMessage());
      }
    }
  }

  private static Map<String, List<String>> required(String setting) {
    Map<String, List<String>> required = new TreeMap<>();
    for (String one : setting.split(",")) {
      String[] parts = one.strip().split("=", 2);
      if (parts.length == 2 && parts[0].matches("[A-Z][A-Za-z]+") && !parts[1].isBlank()) {
        required.merge(
            parts[0],
            List.of(parts[1].strip()),
            (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
      } else if (!one.isBlank()) {
        throw new InvalidSettingException(REQUIRED, "is Type=canonical by comma");
      }
    }
    return required;
  }

  /** The profiles that are at hand for each type; empty when none are. */
  public Map<String, Set<String>> known() {
    return validator == null ? Map.of() : validator.profiles();
  }

  /** What all of that type must keep to. */
  public List<String> required(Resource resource) {
    return required.getOrDefault(resource.fhirType(), List.of());
  }

  /**
   * What is wrong with a resource, by those it claims and those that it must keep to.
   *
   * @param besides canonicals of others that it must keep to
   * @return without issues when nothing is, or no profiles are set
   */
  public OperationOutcome validate(Resource resource, List<String> besides) {
    if (validator == null) {
      return new OperationOutcome();
    }
    String json = FHIR.newJsonParser().encodeResourceToString(resource);
    List<String> all = Stream.concat(required(resource).stream(), besides.stream()).toList();
    return FHIR.newJsonParser()
        .parseResource(OperationOutcome.class, validator.validate(json, all));
  }

  /**
   * Lets pass what keeps to its profiles. What a client may not write at all is not looked at: its
   * own gate refuses it, and puts that on record.
   *
   * @param at where it stands in what was sent, such as {@code Bundle.entry[2].resource}; empty for
   *     the whole
   * @throws UnprocessableEntityException with all that is wrong, and where
   */
  public void check(Resource resource, Actor actor, String at) {
    if (!mayWrite(actor, resource)) {
      return;
    }
    Soundness.check(resource, at);
    if (validator == null || resource instanceof Binary) {
      return;
    }
    OperationOutcome outcome = validate(resource, List.of());
    if (outcome.getIssue().stream().anyMatch(Profiles::fault)) {
      if (!at.isEmpty()) {
        outcome.getIssue().stream()
            .flatMap(issue -> issue.getExpression().stream())
            .forEach(place -> move(place, resource.fhirType(), at));
      }
      throw new UnprocessableEntityException(
          "The resource does not keep to its profiles.", outcome);
    }
  }

  private static boolean mayWrite(Actor actor, Resource resource) {
    String type = resource.fhirType();
    boolean byScopes = actor.machine() || actor.throughApp();
    return !byScopes || actor.scoped(type, 'c') || actor.scoped(type, 'u');
  }

  static boolean fault(OperationOutcomeIssueComponent issue) {
    return issue.getSeverity() == IssueSeverity.ERROR || issue.getSeverity() == IssueSeverity.FATAL;
  }

  private static void move(StringType place, String type, String at) {
    String path = place.getValue();
    if (path.equals(type) || path.startsWith(type + ".")) {
      place.setValue(at + path.substring(type.length()));
    }
  }
}

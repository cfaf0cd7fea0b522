package org.wardline.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r4.model.StructureDefinition.TypeDerivationRule;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.utilities.npm.NpmPackage;

/**
 * What a folder holds: FHIR packages ({@code *.tgz}, as implementation guides are published) and
 * single definitions ({@code *.json}). Whatever cannot be used is a fault, by the name of its file:
 * a profile that silently is not there would let pass what it forbids.
 */
final class PublishedProfiles {
  private static final Pattern DEFINITION =
      Pattern.compile("\"resourceType\"\\s*:\\s*\"(StructureDefinition|ValueSet|CodeSystem)\"");
  private static final String R4 = "4.0";

  private final FhirContext fhir;
  private final PrePopulatedValidationSupport support;
  private final List<StructureDefinition> definitions = new ArrayList<>();
  private final Map<String, Set<String>> ofResources = new TreeMap<>();

  PublishedProfiles(FhirContext fhir, Path folder) {
    this.fhir = fhir;
    this.support = new PrePopulatedValidationSupport(fhir);
    for (Path file : files(folder)) {
      try {
        if (file.toString().endsWith(".tgz")) {
          unpack(file);
        } else {
          add(single(Files.readString(file)));
        }
      } catch (IOException | RuntimeException e) {
        throw new IllegalArgumentException(
            file.getFileName() + " cannot be used: " + e.getMessage(), e);
      }
    }
    if (ofResources.isEmpty()) {
      throw new IllegalArgumentException("there is no profile in " + folder);
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().matches(".*\\.(tgz|json)")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalArgumentException("the folder " + folder + " cannot be read", e);
    }
  }

  private void unpack(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      NpmPackage published = NpmPackage.fromPackage(in);
      if (!published.fhirVersion().startsWith(R4)) {
        throw new IllegalArgumentException(
            "it is made for FHIR " + published.fhirVersion() + ", not for R4 (4.0.1)");
      }
      long found = 0;
      for (String name : published.list("package")) { // named as its publisher likes
        if (name.endsWith(".json")) {
          try (InputStream definition = published.load("package", name)) {
            String json = new String(definition.readAllBytes(), StandardCharsets.UTF_8);
            if (DEFINITION.matcher(json).find()) {
              found += add(fhir.newJsonParser().parseResource(json)) ? 1 : 0;
            }
          }
        }
      }
      if (found == 0) {
        throw new IllegalArgumentException("there is no definition in it");
      }
    }
  }

  /** What stands alone is written by hand: a slip of the pen is a fault. */
  private IBaseResource single(String json) {
    IBaseResource resource =
        fhir.newJsonParser().setParserErrorHandler(new StrictErrorHandler()).parseResource(json);
    if (!(resource instanceof StructureDefinition
        || resource instanceof ValueSet
        || resource instanceof CodeSystem)) {
      throw new IllegalArgumentException(
          "it is a "
              + resource.fhirType()
              + ", not a StructureDefinition, a ValueSet or a CodeSystem");
    }
    return resource;
  }

  /** False for what is no definition. */
  private boolean add(IBaseResource resource) {
    if (resource instanceof StructureDefinition definition) {
      String made = definition.hasFhirVersion() ? definition.getFhirVersion().toCode() : R4;
      if (!made.startsWith(R4)) {
        throw new IllegalArgumentException("it is made for FHIR " + made + ", not for R4 (4.0.1)");
      }
      support.addStructureDefinition(definition);
      definitions.add(definition);
      if (definition.getKind() == StructureDefinitionKind.RESOURCE
          && definition.getDerivation() == TypeDerivationRule.CONSTRAINT) {
        ofResources
            .computeIfAbsent(definition.getType(), type -> new TreeSet<>())
            .add(definition.getUrl());
      }
    } else if (resource instanceof ValueSet valueSet) {
      support.addValueSet(valueSet);
    } else if (resource instanceof CodeSystem codeSystem) {
      support.addCodeSystem(codeSystem);
    } else {
      return false;
    }
    return true;
  }

  /**
   * Works out what each profile asks for in the end. It is known then, at the start, that what they
   * build upon is there.
   *
   * @param chain that holds them, and R4 itself
   * @throws IllegalArgumentException when a profile builds upon one that is not at hand
   */
  void complete(IValidationSupport chain) {
    for (StructureDefinition definition : definitions) {
      if (definition.getDerivation() != TypeDerivationRule.CONSTRAINT) {
        continue;
      }
      try {
        if (chain.fetchStructureDefinition(definition.getBaseDefinition()) == null) {
          throw new IllegalArgumentException(definition.getBaseDefinition() + " is not at hand");
        }
        if (!definition.hasSnapshot()) {
          chain.generateSnapshot(
              new ValidationSupportContext(chain),
              definition.copy(), // the chain makes its own when it is asked
              "",
              "",
              definition.getName());
        }
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            definition.getUrl() + " cannot be used: " + e.getMessage(), e);
      }
    }
  }

  PrePopulatedValidationSupport support() {
    return support;
  }

  /** The profiles of each type of resource. */
  Map<String, Set<String>> ofResources() {
    return ofResources;
  }
}

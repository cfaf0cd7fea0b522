package org.wardline.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Holds the order of the packages: a stage calls stages to its right, never to its left. */
@AnalyzeClasses(packages = "org.wardline", importOptions = ImportOption.DoNotIncludeTests.class)
class PipelineTest {
  private static final List<String> LEFT_TO_RIGHT =
      List.of(
          "web",
          "subscription",
          "intake",
          "alert",
          "handover",
          "export",
          "census",
          "compose",
          "reading",
          "operation",
          "notice",
          "access",
          "routing",
          "delivery",
          "mailbox",
          "receipt",
          "directory",
          "chart",
          "patient",
          "session",
          "audit",
          "crypto",
          "store",
          "setting",
          "mapping",
          "message");

  @ArchTest static final ArchRule stages_call_only_to_the_right = classes().should(callRightOnly());

  @ArchTest
  static final ArchRule features_are_free_of_cycles =
      slices().matching("org.wardline.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packages_are_free_of_cycles =
      slices().matching("org.wardline.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule mapping_is_pure =
      noClasses()
          .that()
          .resideInAnyPackage("org.wardline.message..", "org.wardline.mapping..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta..", "java.sql..", "java.net.http..", "javax.crypto..", "org.slf4j..");

  @ArchTest
  static final ArchRule only_crypto_touches_ciphers =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.wardline.crypto..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.crypto..", "com.google.crypto..");

  @ArchTest
  static final ArchRule doors_do_not_reach_past_the_two_guarded_ways =
      noClasses()
          .that()
          .resideInAnyPackage("org.wardline.web.api..", "org.wardline.web.fhir..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.wardline.mailbox.Mailbox")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.wardline.store.Database");

  @ArchTest
  static final ArchRule names_say_what_not_how =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Utils?|Helper|Manager|DTO|Dto|Base|Common|Misc)");

  @ArchTest
  static final ArchRule packages_are_named_for_features =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..impl..",
              "..util..",
              "..utils..",
              "..dto..",
              "..common..",
              "..service..",
              "..services..",
              "..helper..",
              "..manager..");

  @ArchTest
  static final ArchRule time_comes_from_a_clock =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.wardline.store.SharedClock")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .because("tests must be able to move time");

  private static ArchCondition<JavaClass> callRightOnly() {
    return new ArchCondition<>("call only stages to their right " + LEFT_TO_RIGHT) {
      @Override
      public void check(JavaClass origin, ConditionEvents events) {
        int from = rank(origin);
        origin.getDirectDependenciesFromSelf().stream()
            .filter(d -> rank(d.getTargetClass()) >= 0 && rank(d.getTargetClass()) < from)
            .forEach(d -> events.add(SimpleConditionEvent.violated(origin, d.getDescription())));
        if (from < 0) {
          events.add(SimpleConditionEvent.violated(origin, origin.getName() + " is in no stage"));
        }
      }
    };
  }

  private static int rank(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("org.wardline.") ? LEFT_TO_RIGHT.indexOf(name.split("\\.", -1)[2]) : -1;
  }
}

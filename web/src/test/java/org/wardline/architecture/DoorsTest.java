package org.wardline.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.ejb.Stateless;
import java.util.HashSet;
import java.util.Set;
import org.wardline.access.Gate;
import org.wardline.message.Actor;

/** A door is a public method of a stage that takes who acts: it must ask the gate. */
@AnalyzeClasses(packages = "org.wardline", importOptions = ImportOption.DoNotIncludeTests.class)
class DoorsTest {
  @ArchTest
  static final ArchRule every_door_asks_the_gate =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(
              "org.wardline.intake..",
              "org.wardline.reading..",
              "org.wardline.compose..",
              "org.wardline.operation..",
              "org.wardline.subscription..")
          .and()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(Stateless.class)
          .and()
          .doNotHaveName("ownAfterSubmit") // the end of an act that asked
          .should(askTheGate());

  private static ArchCondition<JavaMethod> askTheGate() {
    return new ArchCondition<>("ask the gate when somebody acts") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean door =
            method.getRawParameterTypes().stream()
                .anyMatch(type -> type.isEquivalentTo(Actor.class));
        if (door && !asks(method, new HashSet<>())) {
          events.add(
              SimpleConditionEvent.violated(
                  method, method.getFullName() + " lets everybody in: it never asks the gate"));
        }
      }
    };
  }

  private static boolean asks(JavaCodeUnit unit, Set<String> seen) {
    if (!seen.add(unit.getFullName())) {
      return false;
    }
    return unit.getMethodCallsFromSelf().stream()
        .anyMatch(
            call ->
                call.getTargetOwner().isEquivalentTo(Gate.class)
                    || (call.getTargetOwner().getPackageName().startsWith("org.wardline")
                        && call.getTarget()
                            .resolveMember()
                            .map(target -> asks(target, seen))
                            .orElse(false)));
  }
}

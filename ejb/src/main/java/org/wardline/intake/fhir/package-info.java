/** What systems tell of patients as FHIR resources. */
@NullMarked
package org.wardline.intake.fhir;

import org.jspecify.annotations.NullMarked;

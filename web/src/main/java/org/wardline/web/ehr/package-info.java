/** Wardline as the app that an EHR opens for the patient who is open there (SMART App Launch). */
@org.jspecify.annotations.NullMarked
package org.wardline.web.ehr;

/** The JSON API of the browser app. */
@NullMarked
package org.wardline.web.api;

import org.jspecify.annotations.NullMarked;

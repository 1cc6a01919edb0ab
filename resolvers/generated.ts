import type { GraphQLResolveInfo } from 'graphql';
import type { ResolverContext } from 'selvedge';
import type { EntityByKey, RootField, RootStream } from 'selvedge';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type Order = {
  readonly __typename?: 'Order';
  readonly id: Scalars['ID']['output'];
  /** Promised for a day that has passed, and not delivered. */
  readonly isOverdue: Scalars['Boolean']['output'];
  readonly shipment?: Maybe<Shipment>;
};

export type Product = {
  readonly __typename?: 'Product';
  readonly sku: Scalars['ID']['output'];
};

export type Query = {
  readonly __typename?: 'Query';
  /** A customer's front page. */
  readonly storefront: Storefront;
};


export type QueryStorefrontArgs = {
  userId: Scalars['ID']['input'];
};

export type Shipment = {
  readonly __typename?: 'Shipment';
  readonly id: Scalars['ID']['output'];
  readonly promisedOn: Scalars['String']['output'];
  readonly status: ShipmentStatus;
};

export type ShipmentStatus =
  | 'DELIVERED'
  | 'IN_TRANSIT'
  | 'PENDING';

export type Storefront = {
  readonly __typename?: 'Storefront';
  readonly greeting: Scalars['String']['output'];
  /** How many of the customer's orders are not delivered yet. */
  readonly openOrders: Scalars['Int']['output'];
  readonly spentCents: Scalars['Int']['output'];
  /** At most six things out of the categories the customer buys from, that the customer does not have yet. */
  readonly suggestions: ReadonlyArray<Product>;
  readonly user: User;
};

export type User = {
  readonly __typename?: 'User';
  readonly id: Scalars['ID']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Order: Order;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Order'], {"shipment":{"status":true,"promisedOn":true}}> ) );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Order: ResolverTypeWrapper<Order>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Product: ResolverTypeWrapper<Product>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Shipment: ResolverTypeWrapper<Shipment>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ShipmentStatus: ShipmentStatus;
  Storefront: ResolverTypeWrapper<Storefront>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  User: ResolverTypeWrapper<User>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Order: Order | FederationReferenceTypes['Order'];
  ID: Scalars['ID']['output'];
  Boolean: Scalars['Boolean']['output'];
  Product: Product;
  Query: Record<PropertyKey, never>;
  Shipment: Shipment;
  String: Scalars['String']['output'];
  Storefront: Storefront;
  Int: Scalars['Int']['output'];
  User: User;
};

export type OrderResolvers<ContextType = ResolverContext<Services>, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isOverdue?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ProductResolvers<ContextType = ResolverContext<Services>, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ResolverContext<Services>, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  storefront?: Resolver<ResolversTypes['Storefront'], ParentType, ContextType, RequireFields<QueryStorefrontArgs, 'userId'>>;
};

export type ShipmentResolvers<ContextType = ResolverContext<Services>, ParentType extends ResolversParentTypes['Shipment'] = ResolversParentTypes['Shipment']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type StorefrontResolvers<ContextType = ResolverContext<Services>, ParentType extends ResolversParentTypes['Storefront'] = ResolversParentTypes['Storefront']> = {
  greeting?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  openOrders?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  spentCents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  suggestions?: Resolver<ReadonlyArray<ResolversTypes['Product']>, ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = ResolverContext<Services>, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ResolverContext<Services>> = {
  Order?: OrderResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Shipment?: ShipmentResolvers<ContextType>;
  Storefront?: StorefrontResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
};


export type AccountsUser = {
  readonly __typename: 'User';
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly email: string | null;
  readonly memberSince: string;
};

export type CatalogProduct = {
  readonly __typename: 'Product';
  readonly sku: string;
  readonly name: string;
  readonly description: string | null;
  readonly category: string;
  readonly priceCents: number;
  readonly weight: number;
  readonly reviews: readonly CatalogReview[];
};

export type CatalogReview = {
  readonly __typename: 'Review';
  readonly id: string;
  readonly text: string;
  readonly rating: number;
  readonly author: CatalogUser | null;
};

export type CatalogUser = {
  readonly __typename: 'User';
  readonly id: string;
};

export type CatalogNewProduct = {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly category: string;
  readonly priceCents: number;
  readonly weight: number;
};

export type CatalogNewReview = {
  readonly text: string;
  readonly rating: number;
};

export type InventoryProduct = {
  readonly __typename: 'Product';
  readonly sku: string;
  readonly inStock: boolean;
  readonly warehouse: InventoryWarehouse | null;
  readonly shippingEstimate: number | null;
};

export type InventoryWarehouse = {
  readonly __typename: 'Warehouse';
  readonly code: string;
  readonly city: string;
};

export type InventoryStockChange = {
  readonly __typename: 'StockChange';
  readonly product: InventoryProduct;
  readonly quantity: number;
  readonly inStock: boolean;
};

export type OrdersOrder = {
  readonly __typename: 'Order';
  readonly id: string;
  readonly placedOn: string;
  readonly totalCents: number;
  readonly items: readonly OrdersOrderItem[];
};

export type OrdersOrderItem = {
  readonly __typename: 'OrderItem';
  readonly sku: string;
  readonly quantity: number;
  readonly priceCents: number;
  readonly product: OrdersProduct | null;
};

export type OrdersUser = {
  readonly __typename: 'User';
  readonly id: string;
  readonly orders: readonly OrdersOrder[];
};

export type OrdersProduct = {
  readonly __typename: 'Product';
  readonly sku: string;
};

export type ShippingShipRequest = {
  readonly __typename: 'ShipRequest';
  readonly orderId: string;
  readonly order: ShippingOrder | null;
};

export type ShippingOrder = {
  readonly __typename: 'Order';
  readonly id: string;
  readonly shipment: ShippingShipment | null;
};

export type ShippingShipment = {
  readonly __typename: 'Shipment';
  readonly id: string;
  readonly orderId: string;
  readonly status: ShippingShipmentStatus;
  readonly carrier: string;
  readonly trackingCode: string | null;
  readonly promisedOn: string;
};

export type ShippingShipmentStatus = 'PENDING' | 'IN_TRANSIT' | 'DELIVERED';

/** The other subgraphs, as the resolvers of "storefront" call them. */
export type Services = {
  readonly accounts: {
    readonly Query: {
      readonly me: RootField<Readonly<Record<never, never>>, AccountsUser | null>;
      readonly user: RootField<{ readonly id: string }, AccountsUser | null>;
      readonly users: RootField<{ readonly limit?: number | null | undefined }, readonly AccountsUser[]>;
    };
    readonly User: EntityByKey<{ readonly id: string }, AccountsUser>;
  };
  readonly catalog: {
    readonly Query: {
      readonly product: RootField<{ readonly sku: string }, CatalogProduct | null>;
      readonly products: RootField<{ readonly category?: string | null | undefined; readonly limit?: number | null | undefined; readonly page?: number | null | undefined }, readonly CatalogProduct[]>;
      readonly searchProducts: RootField<{ readonly text: string; readonly limit?: number | null | undefined }, readonly CatalogProduct[]>;
    };
    readonly Mutation: {
      readonly addProduct: RootField<{ readonly input: CatalogNewProduct }, CatalogProduct>;
      readonly addReview: RootField<{ readonly sku: string; readonly input: CatalogNewReview }, CatalogReview>;
    };
    readonly Product: EntityByKey<{ readonly sku: string }, CatalogProduct>;
  };
  readonly inventory: {
    readonly Subscription: {
      readonly stockChanged: RootStream<{ readonly sku?: string | null | undefined }, InventoryStockChange>;
    };
    readonly Product: EntityByKey<({ readonly sku: string }) & { readonly weight?: number; readonly priceCents?: number }, InventoryProduct>;
  };
  readonly orders: {
    readonly Query: {
      readonly order: RootField<{ readonly id: string }, OrdersOrder | null>;
      readonly ordersByIds: RootField<{ readonly ids: readonly string[] }, readonly (OrdersOrder | null)[]>;
    };
    readonly Order: EntityByKey<{ readonly id: string }, OrdersOrder>;
    readonly User: EntityByKey<{ readonly id: string }, OrdersUser>;
  };
  readonly shipping: {
    readonly Mutation: {
      readonly shipOrder: RootField<{ readonly orderId: string; readonly carrier?: string | null | undefined }, ShippingShipRequest>;
    };
    readonly Subscription: {
      readonly shipmentUpdated: RootStream<{ readonly orderId: string }, ShippingShipment>;
    };
    readonly Order: EntityByKey<{ readonly id: string }, ShippingOrder>;
    readonly Shipment: EntityByKey<{ readonly id: string }, ShippingShipment>;
  };
};
